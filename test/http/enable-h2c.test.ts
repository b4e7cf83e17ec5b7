import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
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

/** A stream that says its first word, then waits to be told. */
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

describe('a server of both kinds of HTTP', () => {
  test('answers each on one port, however slowly a connection begins', async () => {
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

  test('streams over HTTP/2 as it is said, and lets it end when the server closes', async () => {
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

  test('closes what is still running after its time', async () => {
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

  test('notices a reader over HTTP/2 that leaves', async () => {
    const { fetch, abort, goOn } = slowStream();
    const { url } = await serving(fetch);
    const { stream, session } = call(url);
    await new Promise((resolve) => stream.once('data', resolve));
    stream.close(8);
    await abort;
    goOn();
    session.destroy();
  });
});
