import { expect, test } from 'vitest';
import type { Host } from '../../lib/http/host.ts';
import { serveNode } from '../../lib/http/node-server.ts';
import { streamResponse } from '../../lib/http/stream-response.ts';

/** A server that has this left to do once it has answered; what it did, in order. */
async function serving(leftToDo: () => Promise<void>, whole: boolean) {
  const done: string[] = [];
  const fetch = (_: Request, host?: Host) => {
    const settle = () => host?.waitUntil?.(leftToDo().finally(() => done.push('settled')));
    if (whole) {
      settle();
      return new Response('whole');
    }
    const source = async (sink: { write(piece: string): unknown; end(): void }) => {
      sink.write('streamed');
      sink.end();
      await new Promise((resolve) => setImmediate(resolve));
      settle();
    };
    return streamResponse(source, {}, () => {});
  };
  return { done, server: await serveNode(fetch, { port: 0, hostname: '127.0.0.1' }) };
}

test.each([
  ['whole', true],
  ['streamed', false],
])('a server that shuts down first completes the background work of its last answers: %s', async (_, whole) => {
  const { server, done } = await serving(() => new Promise((resolve) => setTimeout(resolve, 30)), whole);
  expect(await (await fetch(server.url)).text()).toBe(whole ? 'whole' : 'streamed');
  await server.close(1_000);
  expect(done).toEqual(['settled']);
});

test('a server that shuts down doesn’t wait for failed background work', async () => {
  const { server, done } = await serving(() => Promise.reject(new Error('no table')), true);
  await (await fetch(server.url)).text();
  await server.close(1_000);
  expect(done).toEqual(['settled']);
});
