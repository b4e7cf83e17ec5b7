import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect as connectHttp2, createServer as createHttp2Server } from 'node:http2';
import { type AddressInfo, connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { enableH2c } from '../../lib/http/enable-h2c.ts';
import { readBody } from '../../lib/http/json-body.ts';
import { type Fetch, type NodeServer, serveNode } from '../../lib/http/node-server.ts';
import { streamResponse } from '../../lib/http/stream-response.ts';

const servers: NodeServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close(0);
});

async function serving(fetch: Fetch): Promise<NodeServer> {
  const server = await serveNode(fetch, { port: 0, hostname: '127.0.0.1' });
  servers.push(server);
  return server;
}

const echo: Fetch = async (request) => new Response(`${request.method} ${new URL(request.url).host} ${await request.text()}`);

/** One HTTP/2 call from the first byte; the session is left to the server. */
function call(url: string, body = '') {
  const session = connectHttp2(url);
  session.on('error', () => {});
  const stream = session.request({ ':method': 'POST', ':path': '/' });
  stream.on('error', () => {});
  stream.end(body);
  let said = '';
  stream.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const closed = new Promise<void>((resolve) => session.once('close', resolve));
  const ended = new Promise<string>((resolve) => stream.once('close', () => resolve(said)));
  return { session, stream, closed, ended, said: () => said };
}

/** A stream that sends its first token, then waits for a command. */
function slowStream() {
  const more = Promise.withResolvers<void>();
  const abort = Promise.withResolvers<void>();
  const fetch: Fetch = (request) => {
    request.signal.addEventListener('abort', () => abort.resolve());
    return streamResponse(
      async (sink) => {
        await sink.write('one ');
        await more.promise;
        await sink.write(Buffer.from('two'));
        sink.end();
      },
      { 'content-type': 'text/plain' },
      () => abort.resolve(),
    );
  };
  return { fetch, goOn: more.resolve, abort: abort.promise };
}

/** A frame of stream 1. */
function frame(type: number, flags: number, payload: string | number[] | Buffer): Buffer {
  const body = Buffer.from(payload as string);
  return Buffer.concat([Buffer.from([0, body.length >> 8, body.length & 255, type, flags, 0, 0, 0, 1]), body]);
}

/** The start of an HTTP/2 connection and the head of a POST. */
function openHttp2(host: string): Buffer {
  const settings = Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]);
  // HPACK: POST, http, the path / and the authority.
  const headers = Buffer.concat([Buffer.from([0x83, 0x86, 0x84, 0x41, host.length]), Buffer.from(host)]);
  return Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), settings, frame(1, 4, headers)]);
}

describe('a server for HTTP/1.1 and HTTP/2', () => {
  test('serves both on one port, even if a connection starts slowly', async () => {
    const { url } = await serving(echo);
    const { host, hostname, port } = new URL(url);
    expect(await (await fetch(url, { method: 'POST', body: 'a' })).text()).toBe(`POST ${host} a`);
    const { ended, session } = call(url, 'b');
    expect(await ended).toBe(`POST ${host} b`);
    session.destroy();

    const socket = connect(Number(port), hostname);
    const answered = new Promise<string>((resolve) => socket.once('data', (bytes) => resolve(bytes.toString())));
    for (const byte of ['P', 'O', 'ST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\n\r\nc']) {
      socket.write(byte);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(await answered).toContain('POST x c');
    socket.destroy();
  });

  test('streams over HTTP/2 as events arrive, and lets a stream end when the server closes', async () => {
    const { fetch, goOn } = slowStream();
    const server = await serving(fetch);
    const { stream, ended, closed, said } = call(server.url);
    await new Promise((resolve) => stream.once('data', resolve));
    expect(said()).toBe('one ');
    const closing = server.close(10_000);
    goOn();
    expect(await ended).toBe('one two');
    await Promise.all([closed, closing]);
  });

  test('closes what still runs after the grace period', async () => {
    const { fetch, goOn } = slowStream();
    const server = await serving(fetch);
    const { stream, closed } = call(server.url);
    const silent = connect(Number(new URL(server.url).port), '127.0.0.1');
    const silenced = new Promise((resolve) => silent.once('close', resolve));
    await new Promise((resolve) => stream.once('data', resolve));
    await server.close(5);
    await Promise.all([closed, silenced]);
    goOn();
  });

  test('notices a client disconnect over HTTP/2', async () => {
    const { fetch, abort, goOn } = slowStream();
    const { url } = await serving(fetch);
    const { stream, session } = call(url);
    await new Promise((resolve) => stream.once('data', resolve));
    stream.close(8);
    await abort;
    goOn();
    session.destroy();
  });

  test('never hands on a body that a reset cut off', async () => {
    const outcomes: string[] = [];
    const { url } = await serving(async (request, host) => {
      // As long as it takes to authenticate.
      await new Promise((resolve) => setTimeout(resolve, outcomes.length % 4));
      const read = readBody(request, 1000, host).then(
        (bytes) => `body ${bytes.length}`,
        (thrown: { kind?: string }) => `refused ${thrown.kind}`,
      );
      outcomes.push(await read);
      return new Response('');
    });
    const { port, hostname, host } = new URL(url);
    for (let round = 0; round < 30; round++) {
      const socket = connect(Number(port), hostname);
      socket.on('error', () => {});
      // In one write or with a pause, cancelled or reset without an error: never with an end of the body.
      const [request, reset] = [
        Buffer.concat([openHttp2(host), frame(0, 0, '{"model":"m"}')]),
        frame(3, 0, [0, 0, 0, round % 2 ? 8 : 0]),
      ];
      if (round % 3 === 0) socket.write(Buffer.concat([request, reset]));
      else {
        socket.write(request);
        await new Promise((resolve) => setTimeout(resolve, 2));
        socket.write(reset);
      }
      await new Promise((resolve) => setTimeout(resolve, 2));
      if (round % 5 === 0) socket.destroy();
      else setTimeout(() => socket.destroy(), 50);
    }
    await vi.waitFor(() => expect(outcomes.length).toBeGreaterThan(0));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(outcomes.filter((outcome) => outcome !== 'refused client_closed')).toEqual([]);
  });
});

describe('a connection without a request', () => {
  const timeouts = { undecidedMs: 200, idleMs: 400 };
  const http1 = createServer((_, response) => response.end('one'));
  const http2 = createHttp2Server((_, response) => void response.end('two'));
  enableH2c(http1, http2, timeouts);
  beforeAll(() => once(http1.listen(0, '127.0.0.1'), 'listening'));
  afterAll(() => void http1.close());
  const port = () => (http1.address() as AddressInfo).port;

  const preface = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';
  test.each([
    ['nothing', ''],
    ['half a preface', 'PR'],
    ['only a preface', preface],
  ])('is closed if it sends %s', { timeout: 60_000 }, async (_, bytes) => {
    const socket = connect(port(), '127.0.0.1').resume();
    const closed = once(socket, 'close');
    socket.on('error', () => {});
    if (bytes) socket.write(bytes);
    await closed;
  });

  test('is closed after its last HTTP/2 request', { timeout: 60_000 }, async () => {
    const { ended, closed } = call(`http://127.0.0.1:${port()}`);
    expect(await ended).toBe('two');
    await closed;
  });
});
