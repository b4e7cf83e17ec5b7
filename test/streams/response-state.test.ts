import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../lib/stream/json.ts';
import { alice, bob, type DurableGateways, durableGateways, words } from '../support/durable-gateways.ts';

let gateways: DurableGateways;
let a: OpenAI;
let b: OpenAI;
beforeAll(async () => {
  gateways = await durableGateways('dynamodb', { paceMs: 5 });
  const client = (baseURL: string) => new OpenAI({ apiKey: 'key-of-alice', baseURL: `${baseURL}/v1`, maxRetries: 0 });
  [a, b] = [client(gateways.a.url), client(gateways.b.url)];
});
afterAll(() => gateways.close());

/** The body of the last call that any provider got. */
function lastBody(): JsonObject {
  const calls = [...gateways.a.emulator.log, ...gateways.b.emulator.log].sort((one, other) => one.startedAt - other.startedAt);
  return calls.at(-1)?.body ?? {};
}

const providers = ['openai', 'anthropic', 'gemini', 'bedrock'] as const;

describe.each(providers)('a response of demo/%s', (provider) => {
  const model = `demo/${provider}/echo`;

  test('is stored by default, and can be continued on the other gateway with the whole conversation', async () => {
    const first = await a.responses.create({ model, input: 'My name is Ada.' });
    expect(first).toMatchObject({ store: true, previous_response_id: null, status: 'completed' });
    expect(first.id).toMatch(/^resp_[\w-]{32}$/);
    const second = await b.responses.create({ model, input: 'What did I say?', previous_response_id: first.id });
    expect(second.previous_response_id).toBe(first.id);
    const third = await a.responses.create({ model, input: 'And then?', previous_response_id: second.id, stream: true });
    for await (const _event of third);
    const sent = JSON.stringify(lastBody());
    const order = ['My name is Ada.', 'My name is Ada.', 'What did I say?', 'What did I say?', 'And then?'];
    let at = -1;
    for (const said of order) {
      at = sent.indexOf(said, at + 1);
      expect(at, `${said} in ${sent}`).toBeGreaterThanOrEqual(0);
    }
  });

  test('can be retrieved, listed and deleted', async () => {
    const created = await a.responses.create({ model, input: 'Keep this.' });
    const { _request_id: _, ...retrieved } = (await b.responses.retrieve(created.id)) as typeof created & {
      _request_id: unknown;
    };
    const { _request_id: __, ...original } = created as typeof created & { _request_id: unknown };
    expect(retrieved).toEqual(original);
    const items = await b.responses.inputItems.list(created.id);
    expect(items.data).toMatchObject([{ role: 'user', content: [{ type: 'input_text', text: 'Keep this.' }] }]);
    await b.responses.delete(created.id);
    await expect(a.responses.retrieve(created.id)).rejects.toMatchObject({ status: 404 });
    await expect(a.responses.create({ model, input: 'x', previous_response_id: created.id })).rejects.toMatchObject({
      status: 400,
      param: 'previous_response_id',
    });
  });

  test('streams again from a position, event by event, with the official SDK (A22)', async () => {
    const events: unknown[] = [];
    let id = '';
    for await (const event of await a.responses.create({ model, input: words(15), stream: true })) {
      if (event.type === 'response.created') id = event.response.id;
      events.push(event);
    }
    for (const after of [0, 3, events.length - 2]) {
      const rest: unknown[] = [];
      for await (const event of await b.responses.retrieve(id, { stream: true, starting_after: after })) rest.push(event);
      expect(rest).toEqual(events.slice(after + 1));
    }
  });
});

test('accepts an item reference in place of the item, so the AI SDK’s default works', async () => {
  const model = 'demo/anthropic/echo';
  const first = await a.responses.create({ model, input: 'First words' });
  const [item] = first.output;
  await b.responses.create({
    model,
    input: [
      { role: 'user', content: 'First words' },
      { type: 'item_reference', id: String(item?.id) },
      { role: 'user', content: 'Second words' },
    ],
  });
  expect(lastBody().messages).toMatchObject([{ role: 'user' }, { role: 'assistant' }, { role: 'user' }]);
  const unknown = { type: 'item_reference' as const, id: `msg_${'x'.repeat(32)}_0` };
  await expect(b.responses.create({ model, input: [unknown] })).rejects.toMatchObject({ status: 400, param: 'input[0]' });
});

test('keeps Claude’s reasoning with its signature', async () => {
  const model = 'demo/anthropic/reasoning';
  const first = await a.responses.create({ model, input: 'Think', reasoning: { effort: 'low' } });
  expect(first.output[0]?.type).toBe('reasoning');
  await b.responses.create({ model, input: 'Again', previous_response_id: first.id, reasoning: { effort: 'low' } });
  expect(JSON.stringify(lastBody().messages)).toMatch(/"type":"thinking","thinking":"[^"]+","signature":"[^"]+"/);
});

describe('a response in the background', () => {
  const model = 'demo/gemini/echo';

  test('is returned at once, and can be retrieved when it is complete', async () => {
    const queued = await a.responses.create({ model, input: words(20), background: true });
    expect(queued).toMatchObject({ status: 'queued', background: true, output: [] });
    await expect.poll(async () => (await b.responses.retrieve(queued.id)).status, { timeout: 10_000 }).toBe('completed');
    expect((await b.responses.retrieve(queued.id)).output).toMatchObject([{ content: [{ text: words(20) }] }]);
  });

  test('can be canceled from the other gateway', async () => {
    const aborts = gateways.aborts();
    const queued = await a.responses.create({ model, input: words(3000), background: true });
    await expect.poll(async () => (await b.responses.retrieve(queued.id)).status, { timeout: 10_000 }).toBe('in_progress');
    expect(await b.responses.cancel(queued.id)).toMatchObject({ id: queued.id, status: 'cancelled' });
    expect(await a.responses.retrieve(queued.id)).toMatchObject({ status: 'cancelled' });
    await expect.poll(() => gateways.aborts() - aborts).toBe(1);
  });

  test('is retrieved as failed if it failed', async () => {
    const queued = await a.responses.create({ model: 'demo/openai/status-400', input: 'x', background: true });
    await expect.poll(async () => (await b.responses.retrieve(queued.id)).status, { timeout: 10_000 }).toBe('failed');
  });
});

describe('a response with store: false', () => {
  const body = { model: 'demo/openai/echo', input: 'Hi', store: false };

  test('is not stored, and its stream is not either', async () => {
    const response = await gateways.a.post('/v1/responses', body, alice);
    expect(response.headers.get('x-sluice-stream')).toBeNull();
    const { id, store } = (await response.json()) as { id: string; store: boolean };
    expect(store).toBe(false);
    await expect(b.responses.retrieve(id)).rejects.toMatchObject({ status: 404 });
  });

  test('can continue a stored one', async () => {
    const first = await a.responses.create({ model: body.model, input: 'Before' });
    await a.responses.create({ ...body, previous_response_id: first.id });
    expect(JSON.stringify(lastBody())).toContain('Before');
  });
});

test('a response of another key is not found', async () => {
  const first = await a.responses.create({ model: 'demo/openai/echo', input: 'Secret' });
  const get = await fetch(`${gateways.b.url}/v1/responses/${first.id}`, { headers: bob });
  expect(get.status).toBe(404);
  await get.text();
  const continued = await gateways.b.post(
    '/v1/responses',
    { model: 'demo/openai/echo', input: 'x', previous_response_id: first.id },
    bob,
  );
  expect(continued.status).toBe(400);
  expect(await continued.text()).not.toContain('Secret');
});
