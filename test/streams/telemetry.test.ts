import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newAddress, publicId } from '../../lib/streams/stream-id.ts';
import { alice, chat, type DurableGateways, durableGateways, words } from '../support/durable-gateways.ts';
import { readEmbeddedMetrics } from '../support/embedded-metrics.ts';
import type { Served } from '../support/serve.ts';

const path = '/v1/chat/completions';
let gateways: DurableGateways;
beforeAll(async () => {
  gateways = await durableGateways('memory', { metrics: true, paceMs: 20 });
});
afterAll(() => gateways.close());

/** The durable part of the log entry of a response, and the metrics of durable streams in it. */
async function logged(served: Served, response: Response) {
  const [line = {}] = await served.logged(response);
  const { stream_id: id, stream_role: role, stream_lost: lost, durability } = line;
  const text = served.lines.find((one) => one.includes(response.headers.get('x-request-id') ?? '')) ?? '';
  const sums = readEmbeddedMetrics(text).filter(({ name }) => name.startsWith('Durable'));
  return { id, role, lost, durability, metrics: Object.fromEntries(sums.map(({ name, value }) => [name, value])) };
}

const get = (served: Served, rest: string) => fetch(`${served.url}/v1/streams/${rest}`, { headers: alice });

describe('the log entry and the metrics of a durable stream', () => {
  test('say whether it was stored, joined, replayed, resumed, read as a log or cancelled', async () => {
    const headers = { ...alice, 'idempotency-key': 'one' };
    const first = await gateways.a.post(path, chat(words(40)), headers);
    const joining = await gateways.b.post(path, chat(words(40)), headers);
    await Promise.all([first.text(), joining.text()]);
    const id = first.headers.get('x-sluice-stream');
    const replaying = await gateways.b.post(path, chat(words(40)), headers);
    await replaying.text();
    const resuming = await get(gateways.b, `${id}?after=3`);
    await resuming.text();
    const log = await get(gateways.b, `${id}/log?live=sse`);
    await log.text();
    const cancelling = await fetch(`${gateways.b.url}/v1/streams/${id}`, { method: 'DELETE', headers: alice });
    await cancelling.text();

    const entries: [Served, Response, role: string, metric: string][] = [
      [gateways.a, first, 'created', 'DurableStreams'],
      [gateways.b, joining, 'joined', 'DurableJoins'],
      [gateways.b, replaying, 'replayed', 'DurableReplays'],
      [gateways.b, resuming, 'resumed', 'DurableResumes'],
      [gateways.b, log, 'resumed', 'DurableResumes'],
      [gateways.b, cancelling, 'cancelled', 'DurableCancels'],
    ];
    for (const [served, response, role, metric] of entries) {
      expect(await logged(served, response), role).toEqual({ id, role, metrics: { [metric]: 1 } });
    }
  });

  test.each(['', '/log?live=sse'])(
    'say that its producer died, once, to the reader that found it (GET /v1/streams/{id}%s)',
    async (rest) => {
      const address = newAddress('key-0');
      const past = Date.now() - 60_000;
      const times = { leaseUntil: past, expiresAt: Date.now() + 3_600_000 };
      await gateways.log.claim({ ...address, ...times, keyId: 'key-0', digest: 'd', linkSecret: '', owner: 'dead' }, Date.now());
      const id = publicId(address);
      const found = await get(gateways.b, `${id}${rest}`);
      await found.text();
      expect(await logged(gateways.b, found)).toMatchObject({ id, lost: true, metrics: { DurableLosses: 1, DurableResumes: 1 } });
      const later = await get(gateways.a, `${id}${rest}`);
      await later.text();
      expect((await logged(gateways.a, later)).metrics).not.toHaveProperty('DurableLosses');
    },
  );
});
