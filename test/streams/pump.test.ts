import { afterEach, describe, expect, test } from 'vitest';
import type { Sink } from '../../lib/gateway/deliver.ts';
import { follow } from '../../lib/streams/follow.ts';
import { memoryLog } from '../../lib/streams/memory-log.ts';
import { type Durability, Pump } from '../../lib/streams/pump.ts';
import { newAddress } from '../../lib/streams/stream-id.ts';
import type { StreamHead, StreamLog } from '../../lib/streams/stream-log.ts';
import { tail } from '../../lib/streams/tail.ts';
import { processClock } from '../../lib/time/clock.ts';
import { eventsIn } from '../support/durable-gateways.ts';

const clock = processClock();
const failures = { producer_lost: ['data: lost\n\n'], streams_unavailable: ['data: unavailable\n\n'] };
const event = (at: number, size = 10) => `data: ${String(at).padEnd(size, '.')}\n\n`;

const left: AbortController[] = [];
afterEach(() => {
  for (const controller of left.splice(0)) controller.abort(new Error('over'));
});

/** A log that stores events only after this promise. */
const storingAfter =
  (gate: Promise<void>) =>
  (log: StreamLog): StreamLog => ({
    ...log,
    async append(...parameters) {
      await gate;
      return log.append(...parameters);
    },
  });

async function pumped(durability: Durability, wrap: (log: StreamLog) => StreamLog = (log) => log) {
  const log = memoryLog();
  const now = Date.now();
  const head = await log.claim(
    {
      ...newAddress('key'),
      keyId: 'key',
      digest: 'd',
      linkSecret: 'secret',
      owner: 'me',
      leaseUntil: now + 15_000,
      expiresAt: now + 3_600_000,
    },
    now,
  );
  const stopped: string[] = [];
  const pump = new Pump({
    head,
    log: wrap(log),
    clock,
    now: Date.now,
    durability,
    opening: { status: 200, headers: {}, streamed: true, failures },
    endState: () => 'finished',
    stop: (failure) => stopped.push(failure),
    onDegraded: () => {},
  });
  const controller = new AbortController();
  left.push(controller);
  const settings = { log, clock, now: Date.now, signal: controller.signal };
  return { log, head, pump, stopped, settings, following: { ...settings, address: head, failures, withIds: false } };
}

/** A client whose pace the test decides. */
function reader() {
  let text = '';
  let ended = false;
  let slow: PromiseWithResolvers<void> | undefined;
  const sink: Sink = {
    write(piece) {
      text += Buffer.from(piece).toString();
      return slow?.promise;
    },
    end() {
      ended = true;
    },
  };
  return {
    sink,
    text: () => text,
    ended: () => ended,
    stall: () => {
      slow = Promise.withResolvers();
    },
    goOn: () => {
      slow?.resolve();
      slow = undefined;
    },
  };
}

async function stored(log: StreamLog, head: StreamHead): Promise<string> {
  let text = '';
  const settings = { log, clock, now: Date.now, signal: new AbortController().signal };
  for await (const { events } of tail(head, settings)) text += Buffer.concat(events).toString();
  return text;
}

/** Lets everything run that needs no time. */
const turn = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

describe('the pump', () => {
  test('never waits for a client that does not read, and keeps little of it in memory (A29)', async () => {
    const { log, head, pump, following } = await pumped('standard');
    const client = reader();
    client.stall();
    const followed = follow(pump, client.sink, following);
    const count = 800;
    const size = 20_000;
    for (let at = 0; at < count; at++) {
      const waiting = pump.write(event(at, size));
      await turn();
      // Only a store that is slow may hold it back.
      if (waiting) await waiting;
    }
    pump.end();
    await pump.done;
    const whole = Array.from({ length: count }, (_, at) => event(at, size)).join('');
    expect(await stored(log, head)).toBe(whole);
    // 16 MB went through; what is left in memory is what the client may still read from it.
    expect(client.text().length).toBeLessThan(2 << 20);
    expect((pump.window.length - pump.window.first) * size).toBeLessThanOrEqual((2 << 20) + size);
    // When it reads on, it gets everything: the middle from the log, the rest from memory.
    client.goOn();
    await followed;
    expect(client.text() === whole).toBe(true);
    expect(client.ended()).toBe(true);
  }, 60_000);

  test('stores the last event before the client sees the end', async () => {
    const gate = Promise.withResolvers<void>();
    const { log, head, pump, following } = await pumped('standard', storingAfter(gate.promise));
    const client = reader();
    const followed = follow(pump, client.sink, following);
    pump.write(event(0));
    pump.end();
    await turn();
    expect([client.text(), client.ended()]).toEqual([event(0), false]);
    gate.resolve();
    await followed;
    expect(client.ended()).toBe(true);
    expect(await log.head(head.id, Date.now())).toMatchObject({ state: 'finished' });
  });

  test('delivers only stored events in strict mode', async () => {
    const gate = Promise.withResolvers<void>();
    const { pump, following } = await pumped('strict', storingAfter(gate.promise));
    const client = reader();
    const followed = follow(pump, client.sink, following);
    pump.write(event(0));
    pump.write(event(1));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(client.text()).toBe('');
    gate.resolve();
    await expect.poll(client.text).toBe(event(0) + event(1));
    pump.end();
    await followed;
  });

  test('stops the upstream request and reports an error to the client when another owner fences it (A19)', async () => {
    const { log, head, pump, stopped, following } = await pumped('standard');
    const client = reader();
    const followed = follow(pump, client.sink, following);
    pump.write(event(0));
    await expect.poll(() => log.read(head, 0, 1)).toHaveLength(1);
    const taken = (await log.takeOver(head, 'another', Date.now() + 15_000)) as StreamHead;
    await log.append(taken, 1, new Uint8Array([1]));
    pump.write(event(1));
    await followed;
    expect(stopped).toEqual(['producer_lost']);
    expect(client.text()).toBe(`${event(0)}${event(1)}data: lost\n\n`);
    expect(client.ended()).toBe(true);
    // The upstream request is aborted, and anything it still sends is discarded.
    pump.write(event(2));
    pump.end();
    expect(client.text()).not.toContain(event(2));
  });

  test('continues without its client, and a client that reconnects reads everything', async () => {
    const { log, head, pump, stopped } = await pumped('standard');
    pump.write(event(0));
    pump.clientLeft();
    for (let at = 1; at < 100; at++) pump.write(event(at));
    pump.end();
    await pump.done;
    expect(stopped).toEqual([]);
    expect(eventsIn(await stored(log, head))).toHaveLength(100);
    expect(pump.window.first).toBe(100);
  });

  test('sends comments to the waiting client, and neither stores nor numbers them', async () => {
    const { log, head, pump, following } = await pumped('standard');
    const client = reader();
    const followed = follow(pump, client.sink, { ...following, withIds: true });
    pump.write(event(0));
    await turn();
    await turn();
    pump.write(': waiting\n\n');
    await turn();
    await turn();
    pump.write(event(1));
    pump.end();
    await followed;
    expect(client.text()).toBe(`id: 0\n${event(0)}: waiting\n\nid: 1\n${event(1)}`);
    expect(await stored(log, head)).toBe(event(0) + event(1));
  });

  test('applies backpressure to the provider if a slow store would fill the memory', async () => {
    const gate = Promise.withResolvers<void>();
    const { pump, following } = await pumped('standard', storingAfter(gate.promise));
    const client = reader();
    const followed = follow(pump, client.sink, following);
    let waiting: Promise<void> | undefined;
    let count = 0;
    while (!waiting && count < 1000) waiting = pump.write(event(count++, 10_000));
    expect(waiting).toBeDefined();
    expect(count).toBeLessThan(250);
    gate.resolve();
    await waiting;
    pump.end();
    await followed;
    expect(eventsIn(client.text())).toHaveLength(count);
  });
});
