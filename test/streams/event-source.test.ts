import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { alice, chat, type DurableGateways, durableGateways, eventsIn, words } from '../support/durable-gateways.ts';

let gateways: DurableGateways;
/** Closes the connection of each reader after so many bytes, as a network does that comes and goes. */
let network: Server;
const cutAfterBytes = [9_000, 12_000];
const lastEventIds: (string | undefined)[] = [];

beforeAll(async () => {
  gateways = await durableGateways('dynamodb', { paceMs: 10 });
  network = createServer(async (request, response) => {
    lastEventIds.push(request.headers['last-event-id'] as string | undefined);
    const cut = cutAfterBytes.shift() ?? Number.POSITIVE_INFINITY;
    const { headers, url = '' } = request;
    const forwarded = Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]));
    const answer = await fetch(gateways.b.url + url, {
      headers: Object.fromEntries(forwarded.filter(([name]) => name !== 'host')),
    });
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'text/plain' });
    let bytes = 0;
    for await (const piece of answer.body ?? []) {
      const part = piece.subarray(0, cut - bytes);
      bytes += part.length;
      await new Promise((written) => response.write(part, written));
      if (bytes >= cut) return void response.destroy();
    }
    response.end();
  });
  network.listen(0, '127.0.0.1');
  await once(network, 'listening');
});
afterAll(async () => {
  network.closeAllConnections();
  network.close();
  await gateways.close();
});

describe('an EventSource with a link', () => {
  test('reads each event once over a network that breaks, and stops at the end by itself (A21)', {
    timeout: 60_000,
  }, async () => {
    const response = await gateways.a.post('/v1/chat/completions', chat(words(120)), alice);
    const id = response.headers.get('x-sluice-stream');
    const made = await gateways.a.post(`/v1/streams/${id}/link`, '', alice);
    const { url } = (await made.json()) as { url: string };
    const { port } = network.address() as AddressInfo;
    const through = url.replace(gateways.a.url, `http://127.0.0.1:${port}`);
    const args = ['--experimental-eventsource', 'test/support/event-source-process.ts', through];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const [printed, original] = await Promise.all([text(child.stdout), response.text()]);
    const { connections, events } = JSON.parse(printed) as { connections: number; events: { id: string; data: string }[] };
    expect(events.map(({ data }) => `data: ${data}\n\n`)).toEqual(eventsIn(original));
    expect(events.map(({ id: one }) => one)).toEqual(eventsIn(original).map((_, at) => String(at)));
    // Cut twice, and once more after the end, which is answered with a 204.
    expect(connections).toBe(3);
    expect(lastEventIds).toHaveLength(4);
    expect(lastEventIds.at(-1)).toBe(String(events.length - 1));
  });
});
