import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  alice,
  bob,
  chat,
  type DurableGateways,
  durableGateways,
  eventsIn,
  idsIn,
  readPart,
  words,
} from '../support/durable-gateways.ts';

describe.each(['memory', 'dynamodb'] as const)('a stream in %s', (store) => {
  let gateways: DurableGateways;
  beforeAll(async () => {
    gateways = await durableGateways(store, { paceMs: 5 });
  });
  afterAll(() => gateways.close());

  const path = '/v1/chat/completions';
  const read = (id: string | null, query = '', headers: Record<string, string> = {}) =>
    fetch(`${gateways.b.url}/v1/streams/${id}${query}`, { headers: { ...alice, ...headers } });

  test('has the same bytes as without durable streams, and its id in a header', async () => {
    const response = await gateways.a.post(path, chat('Hello there'), alice);
    expect(response.headers.get('x-sluice-stream')).toMatch(/^str_[\w-]{32}$/);
    expect(response.headers.get('x-sluice-durability')).toBe('standard');
    const plain = await gateways.a.post(path, chat('Hello there'), { ...alice, 'x-sluice-durability': 'none' });
    expect(plain.headers.get('x-sluice-stream')).toBeNull();
    const constant = (text: string) => text.replace(/"(id|obfuscation)":"[^"]*"|"created":\d+/g, '');
    expect(constant(await response.text())).toBe(constant(await plain.text()));
  });

  test('can be read again on the other gateway, frame by frame, with an id for each event (A2)', async () => {
    const response = await gateways.a.post(path, chat(words(20)), alice);
    const original = await response.text();
    const again = await read(response.headers.get('x-sluice-stream'));
    expect(again.status).toBe(200);
    expect(again.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(again.headers.get('x-sluice-provider')).toBe('demo/openai');
    const text = await again.text();
    expect(eventsIn(text)).toEqual(eventsIn(original));
    expect(idsIn(text)).toEqual(eventsIn(original).map((_, at) => at));
  });

  test('resumes on the other gateway after a cut at any event, with one upstream request (A1)', async () => {
    const before = { calls: gateways.calls(), aborts: gateways.aborts() };
    const cuts = Array.from({ length: 12 }, (_, at) => 150 + at * 700);
    await Promise.all(
      cuts.map(async (bytes) => {
        const controller = new AbortController();
        const text = words(30);
        const headers = { ...alice, 'x-sluice-event-ids': '1' };
        const response = await gateways.a.post(path, chat(text), headers, controller.signal);
        const first = await readPart(response, bytes, controller);
        const whole = first.slice(0, first.lastIndexOf('\n\n') + 2);
        const last = String(idsIn(whole).at(-1));
        const id = response.headers.get('x-sluice-stream');
        const rest = await (await read(id, '', { 'last-event-id': last })).text();
        const all = await (await read(id)).text();
        expect([...eventsIn(whole), ...eventsIn(rest)]).toEqual(eventsIn(all));
        expect([...idsIn(whole), ...idsIn(rest)]).toEqual(idsIn(all));
        const said = [...all.matchAll(/"content":"([^"]*)"/g)].map(([, piece]) => piece).join('');
        expect(said).toBe(text);
        expect(eventsIn(all).at(-1)).toBe('data: [DONE]\n\n');
      }),
    );
    expect(gateways.calls() - before.calls).toBe(cuts.length);
    expect(gateways.aborts() - before.aborts).toBe(0);
  });

  test('returns a 204 after its last event, so an EventSource stops (A3)', async () => {
    const response = await gateways.a.post(path, chat('Hi'), alice);
    const events = eventsIn(await response.text());
    const id = response.headers.get('x-sluice-stream');
    const end = await read(id, `?after=${events.length - 1}`);
    expect([end.status, await end.text()]).toEqual([204, '']);
    expect((await read(id, '?after=999999')).status).toBe(204);
    expect(eventsIn(await (await read(id, `?after=${events.length - 2}`)).text())).toEqual(events.slice(-1));
  });

  test('is not found for another key, just like an unknown id (A4)', async () => {
    const response = await gateways.a.post(path, chat('Hi'), alice);
    await response.text();
    const id = response.headers.get('x-sluice-stream') ?? '';
    const foreign = await read(id, '', bob);
    const unknown = await read(`str_${'x'.repeat(32)}`);
    const otherGeneration = await read(`${id.slice(0, -8)}aaaaaaaa`);
    const malformed = await read('nothing');
    const constant = async (one: Response) => [one.status, (await one.text()).replace(/req_\w+/g, '')];
    const unknownAnswer = await constant(unknown);
    expect(unknownAnswer[0]).toBe(404);
    expect(unknownAnswer[1]).toContain('stream_not_found');
    for (const one of [foreign, otherGeneration, malformed]) expect(await constant(one)).toEqual(unknownAnswer);
  });

  test.each(['-1', 'abc', '1.5', '01', ''])('rejects the position %j by name', async (after) => {
    const response = await gateways.a.post(path, chat('Hi'), alice);
    await response.text();
    const answer = await read(response.headers.get('x-sluice-stream'), `?after=${after}`);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: { param: 'after' } });
  });

  test('is not stored if the request says so', async () => {
    const response = await gateways.a.post(path, chat('Hi'), { ...alice, 'x-sluice-durability': 'none', 'idempotency-key': 'k' });
    await response.text();
    expect(response.headers.has('x-sluice-stream')).toBe(false);
    const again = await gateways.a.post(path, chat('Other'), { ...alice, 'idempotency-key': 'k' });
    expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([200, null]);
    await again.text();
  });
});
