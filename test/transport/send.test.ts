import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { send, type TransportResponse } from '../../lib/transport/send.ts';
import { chunk, head, lastChunk, type RawServer, rawServer } from '../support/raw-server.ts';

let server: RawServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function call(url: URL, signal = new AbortController().signal, onConnected = () => {}): Promise<TransportResponse> {
  return send({ url, headers: { 'x-test': '1' }, body: '{"a":"é"}', signal, onConnected });
}

async function text({ body }: TransportResponse): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of body) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

describe('send', () => {
  test('sends the body with its length in bytes, requests no compression, and reports the connection', async () => {
    server = await rawServer((socket) => void socket.end(head(200, 'text/plain') + chunk('hello') + lastChunk));
    let connected = 0;
    const answer = await call(server.url, undefined, () => connected++);
    expect(answer.status).toBe(200);
    expect(await text(answer)).toBe('hello');
    expect(connected).toBe(1);
    expect(server.received[0]).toContain('content-length: 10');
    expect(server.received[0]).toContain('accept-encoding: identity');
  });

  test('does not follow a redirect', async () => {
    server = await rawServer((socket) => void socket.end(head(307, 'text/plain', ['location: http://127.0.0.1:1/']) + lastChunk));
    const answer = await call(server.url);
    expect(answer.status).toBe(307);
    expect(await text(answer)).toBe('');
  });

  test('decompresses a response that should not be compressed, and rejects an unknown encoding', async () => {
    const packed = gzipSync('hello');
    server = await rawServer((socket, request) => {
      const encoding = request.startsWith('POST /gzip') ? 'gzip' : 'zzz';
      socket.write(`HTTP/1.1 200 OK\r\ncontent-encoding: ${encoding}\r\ncontent-length: ${packed.length}\r\n\r\n`);
      socket.end(packed);
    });
    expect(await text(await call(new URL('/gzip', server.url)))).toBe('hello');
    const unknown = await call(new URL('/unknown', server.url));
    await expect(text(unknown)).rejects.toMatchObject({ kind: 'upstream_protocol_error' });
  });

  test.each(['gzip', 'deflate', 'br'])('bytes that claim to be %s and are not are garbled, not cut', async (encoding) => {
    server = await rawServer(
      (socket) => void socket.end(head(200, 'text/plain', [`content-encoding: ${encoding}`]) + chunk('\u0001hello') + lastChunk),
    );
    await expect(text(await call(server.url))).rejects.toMatchObject({ kind: 'upstream_protocol_error' });
  });

  const failures: [name: string, behave: Parameters<typeof rawServer>[0], kind: string][] = [
    ['a reset before the answer', (socket) => void socket.resetAndDestroy(), 'upstream_unreachable'],
    ['a close before the answer', (socket) => void socket.end(), 'upstream_unreachable'],
    ['something that is not HTTP', (socket) => void socket.end('SSH-2.0-OpenSSH\r\n\r\n'), 'upstream_protocol_error'],
    [
      'a reset inside the body',
      (socket) => void socket.write(head(200, 'text/plain') + chunk('hel'), () => socket.resetAndDestroy()),
      'upstream_cut',
    ],
    ['an end without the last chunk', (socket) => void socket.end(head(200, 'text/plain') + chunk('hel')), 'upstream_cut'],
    [
      'a chunk of a length that is no number',
      (socket) => void socket.end(`${head(200, 'text/plain')}zz\r\nhel\r\n`),
      'upstream_cut',
    ],
    [
      'a body shorter than it says',
      (socket) => void socket.end('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhel'),
      'upstream_cut',
    ],
  ];
  for (const [name, behave, kind] of failures) {
    test(`${name} is ${kind}, and the message hides the address`, async () => {
      server = await rawServer(behave);
      const error = await call(server.url)
        .then(text)
        .then(
          () => undefined,
          (error: Error & { kind: string }) => error,
        );
      expect(error).toMatchObject({ kind });
      expect(error?.message).not.toMatch(/127\.0\.0\.1|ECONN/);
    });
  }

  test('reports a refused connection and an unknown name as unreachable, and missing TLS as a TLS error', async () => {
    await expect(call(new URL('http://127.0.0.1:1/'))).rejects.toMatchObject({ kind: 'upstream_unreachable' });
    await expect(call(new URL('http://no-such-host.invalid/'))).rejects.toMatchObject({ kind: 'upstream_unreachable' });
    server = await rawServer((socket) => void socket.end('plain'));
    const secure = new URL(server.url);
    secure.protocol = 'https:';
    const plain = await import('node:net').then(({ createServer }) =>
      createServer((socket) => void socket.end('this is not TLS\r\n')),
    );
    await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
    secure.port = String((plain.address() as { port: number }).port);
    await expect(call(secure)).rejects.toMatchObject({ kind: 'upstream_tls_error' });
    plain.close();
  });

  test('closes the connection on abort, and every pending call throws its reason', async () => {
    server = await rawServer((socket, request) => {
      if (request.startsWith('POST /body')) socket.write(head(200, 'text/plain') + chunk('hel'));
    });
    for (const path of ['/silent', '/body']) {
      const abort = new AbortController();
      const reason = new Error('enough');
      const pending = call(new URL(path, server.url), abort.signal).then(text);
      await sleep(20);
      abort.abort(reason);
      await expect(pending).rejects.toBe(reason);
    }
    await sleep(50);
    expect(server.closed).toBe(2);
  });

  test('reuses the connection if the reader stops right before the end of the body', async () => {
    let connections = 0;
    const server = http.createServer((_, response) => response.end('data: [DONE]\n\n')).on('connection', () => connections++);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    for (let round = 0; round < 3; round++) {
      const abort = new AbortController();
      for await (const _ of (await call(url, abort.signal)).body) break;
      await sleep(5);
      // A call that is over has nothing left to abort, least of all the connection that the next one uses.
      abort.abort(new Error('too late'));
    }
    await sleep(5);
    expect(connections).toBe(1);
    server.close();
    server.closeAllConnections();
  });

  test('keeps the connection of a reader that stops before the end of the body arrives', async () => {
    let connections = 0;
    const server = http
      .createServer((_, response) => {
        response.write('data: [DONE]\n\n');
        setImmediate(() => response.end());
      })
      .on('connection', () => connections++);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    for (let round = 0; round < 3; round++) {
      for await (const _ of (await call(url)).body) break;
      await sleep(15);
    }
    expect(connections).toBe(1);
    server.close();
    server.closeAllConnections();
  });

  test('yields everything that one network read brought as one piece, and pauses for a slow reader', async () => {
    const piece = 'x'.repeat(1000);
    let written = 0;
    server = await rawServer((socket) => {
      socket.write(head(200, 'text/plain') + chunk('a') + chunk('b'));
      const more = () => {
        while (!socket.destroyed && socket.write(chunk(piece))) written += piece.length;
        socket.once('drain', more);
      };
      setTimeout(more, 50);
    });
    const { body } = await call(server.url);
    const pieces = body[Symbol.asyncIterator]();
    expect(Buffer.from((await pieces.next()).value).toString()).toBe('ab');
    await sleep(300);
    const held = written;
    await sleep(100);
    // The kernel's buffers hold a few megabytes, and then the server can't write more.
    expect(written).toBe(held);
    let size = 0;
    while (size < held) size += (await pieces.next()).value?.length ?? Number.NaN;
    expect(written).toBeGreaterThan(held);
    await pieces.return?.();
  });

  test('survives an abort at the moment the answer completes', async () => {
    const server = http.createServer((_, response) => response.end('data: x\n\n'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    for (let round = 0; round < 20; round++) {
      const abort = new AbortController();
      for await (const _ of (await call(url, abort.signal)).body) break;
      abort.abort(new Error('now'));
    }
    // An unhandled error would end this process, and the test with it.
    await sleep(20);
    expect((await call(url)).status).toBe(200);
    server.close();
    server.closeAllConnections();
  });

  test('closes the connection if reading ends early', async () => {
    server = await rawServer((socket) => void socket.write(head(200, 'text/plain') + chunk('hel')));
    const raw = server;
    const { closed } = raw;
    for await (const _ of (await call(server.url)).body) break;
    await vi.waitFor(() => expect(raw.closed).toBe(closed + 1), { timeout: 2_000 });
  });

  test('a body that ends a moment after its terminal event leaves a connection that is used again', async () => {
    let connections = 0;
    const slow = http
      .createServer((_, response) => {
        response.write('data: [DONE]\n\n');
        setTimeout(() => response.end(), 2);
      })
      .on('connection', () => connections++);
    await new Promise<void>((resolve) => slow.listen(0, '127.0.0.1', resolve));
    const url = new URL(`http://127.0.0.1:${(slow.address() as AddressInfo).port}/`);
    for (let round = 0; round < 20; round++) {
      for await (const _ of (await call(url)).body) break;
      await sleep(20);
    }
    // A busy machine may make one or two of the ends late.
    expect(connections).toBeLessThan(6);
    slow.close();
    slow.closeAllConnections();
  });

  test('a body that goes on after its terminal event is closed', async () => {
    server = await rawServer((socket) => {
      socket.write(head(200, 'text/plain') + chunk('hel'));
      const timer = setInterval(() => socket.write(chunk('x'.repeat(1024))), 5);
      socket.on('close', () => clearInterval(timer));
    });
    const raw = server;
    const { closed } = raw;
    for await (const _ of (await call(server.url)).body) break;
    await vi.waitFor(() => expect(raw.closed).toBe(closed + 1), { timeout: 2_000 });
  });
});
