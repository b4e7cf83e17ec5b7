import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EmulatedCall } from '../../lib/emulator/log.ts';
import { eventually } from '../emulator/raw.ts';
import { isFull } from '../support/extent.ts';
import { type Served, serve } from '../support/serve.ts';
import { chat, providers, surfaces } from './dialects.ts';
import { openAnswer } from './read-answer.ts';

/** The promise is 100 ms; a machine that is busy with other tests gets ten times that. */
const leavingMs = isFull ? 100 : 1_000;

let served: Served;
beforeAll(async () => {
  served = await serve({ paceMs: 5 });
});
afterAll(() => served.close());

async function callOf({ emulator }: Served, prompt: string): Promise<EmulatedCall> {
  const find = () => emulator.log.find(({ body }) => JSON.stringify(body ?? '').includes(prompt));
  await eventually(() => find() !== undefined);
  return find() as EmulatedCall;
}

/** Milliseconds until the provider must see the disconnect. */
async function closing(call: EmulatedCall): Promise<number> {
  const abort = performance.now();
  await eventually(() => call.closedByClient);
  return performance.now() - abort;
}

describe.each(surfaces)('a client of $name that disconnects (X9)', (surface) => {
  test.each(providers)('in mid-stream closes the request to %s within 100 ms', async (provider) => {
    const prompt = `leaving ${surface.name} ${provider}`;
    const hearing = await openAnswer(served.url + surface.path, surface.body(`${provider}/chat`, prompt));
    const call = await callOf(served, prompt);
    await eventually(() => hearing.pieces.length > 2);
    hearing.abort();
    expect(await closing(call)).toBeLessThan(leavingMs);
    expect(call.finished).toBe(false);
    expect(await served.logged(hearing.headers['x-request-id'] as string)).toMatchObject([{ outcome: 'client_closed' }]);
  });

  test.each([true, false])('before the first content closes the request too (stream: %s)', async (stream) => {
    const prompt = `waiting ${surface.name} ${stream}`;
    const abort = new AbortController();
    const pending = served.post(surface.path, { ...surface.body('demo/openai/silent', prompt), stream }, {}, abort.signal);
    const disconnected = expect(pending).rejects.toThrow();
    const call = await callOf(served, prompt);
    abort.abort();
    expect(await closing(call)).toBeLessThan(leavingMs);
    await disconnected;
    await eventually(() => served.lines.some((line) => line.includes('client_closed') && line.includes('demo/openai/silent')));
  });
});

describe('a client that stops reading', () => {
  let fast: Served;
  beforeAll(async () => {
    fast = await serve();
  });
  afterAll(() => fast.close());

  test.each(providers)('stops %s, and the buffer for it is bounded', async (provider) => {
    // 100,000 events of some 200 bytes: far more than the buffers of all sockets between here and there.
    const prompt = `slow reader of ${provider} ${'x'.repeat(200_000)}`;
    const hearing = await openAnswer(fast.url + chat.path, chat.body(`${provider}/echo`, prompt, { max_tokens: 1_000_000 }));
    hearing.answer.pause();
    const call = await callOf(fast, `slow reader of ${provider}`);
    const stopped = await standstill(() => call.eventsSent);
    expect(call.finished).toBe(false);
    expect(stopped * 200).toBeLessThan(32 << 20);
    hearing.answer.resume();
    await eventually(() => call.eventsSent > stopped);
    hearing.abort();
    await eventually(() => call.closedByClient);
  });
});

/** The number at which this has stopped growing. */
async function standstill(count: () => number): Promise<number> {
  for (let last = -1; last !== count(); ) {
    last = count();
    await sleep(100);
  }
  return count();
}

describe('a server that shuts down', () => {
  test('lets a running stream end, and accepts no new request', async () => {
    const stopping = await serve({ paceMs: 5 });
    const hearing = await openAnswer(stopping.url + chat.path, chat.body('demo/openai/chat'));
    const closed = stopping.close(5_000);
    await expect(stopping.post(chat.path, chat.body('demo/openai/chat'))).rejects.toThrow();
    expect(await hearing.whole).toMatch(/data: \[DONE\]\n\n$/);
    const ended = performance.now();
    await closed;
    expect(performance.now() - ended).toBeLessThan(1_000);
  });

  test('cuts what still runs after the grace period, without a clean end', async () => {
    const stopping = await serve();
    const hearing = await openAnswer(stopping.url + chat.path, chat.body('demo/openai/stall@3'));
    await eventually(() => hearing.pieces.length > 0);
    const started = performance.now();
    await stopping.close(50);
    expect(performance.now() - started).toBeLessThan(1_000);
    await expect(hearing.whole).rejects.toThrow();
  });
});

describe('hostile connections', () => {
  const head = 'POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\n';
  test.each([
    ['a body that never ends, and then does', `${head}content-length: 100\r\n\r\n{"model":`],
    ['chunks that are none', `${head}transfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n`],
    ['bytes of no protocol', '\0\u00ff\r\n\r\n'],
    ['a path that is no URL', 'GET //%%%/../\\ HTTP/1.1\r\nhost: [::::\r\n\r\n'],
    ['a host that is none', 'GET /v1/models HTTP/1.1\r\nhost: a b c\r\n\r\n'],
  ])('%s affect no other client', async (_what, bytes) => {
    const { hostname, port } = new URL(served.url);
    const socket = connect(Number(port), hostname);
    socket.on('error', () => {});
    socket.write(bytes, 'latin1');
    await sleep(20);
    socket.destroy();
    expect((await served.post(chat.path, { ...chat.body('demo/openai/fast'), stream: false })).status).toBe(200);
  });
});
