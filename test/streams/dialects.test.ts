import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { alice, type DurableGateways, durableGateways, idsIn, words } from '../support/durable-gateways.ts';
import { plainMessages } from '../support/truth/plain-event-stream.ts';

const text = words(12);
const user = [{ role: 'user', content: text }];
const provider = 'demo/anthropic/echo';

/** Every way in which a client can have a stream. */
const dialects: [name: string, path: string, body: object, contentType: string, headers?: Record<string, string>][] = [
  ['chat completions', '/v1/chat/completions', { model: provider, stream: true, messages: user }, 'text/event-stream'],
  ['Prediction Guard', '/chat/completions', { model: provider, stream: true, messages: user }, 'text/event-stream'],
  ['text completions', '/v1/completions', { model: provider, stream: true, prompt: text }, 'text/event-stream'],
  ['responses', '/v1/responses', { model: provider, stream: true, input: text }, 'text/event-stream'],
  ['messages', '/v1/messages', { model: provider, stream: true, max_tokens: 500, messages: user }, 'text/event-stream'],
  [
    'anthropic text completion',
    '/v1/complete',
    { model: provider, stream: true, max_tokens_to_sample: 500, prompt: `\n\nHuman: ${text}\n\nAssistant:` },
    'text/event-stream',
  ],
  [
    'Converse',
    `/model/${encodeURIComponent(provider)}/converse-stream`,
    { messages: [{ role: 'user', content: [{ text }] }] },
    'application/vnd.amazon.eventstream',
  ],
  [
    'Invoke',
    `/model/${encodeURIComponent(provider)}/invoke-with-response-stream`,
    { anthropic_version: 'bedrock-2023-05-31', max_tokens: 500, messages: user },
    'application/vnd.amazon.eventstream',
  ],
];

let gateways: DurableGateways;
beforeAll(async () => {
  gateways = await durableGateways('dynamodb', { paceMs: 2 });
});
afterAll(() => gateways.close());

describe.each(dialects)('a stream of %s', (name, path, body, contentType) => {
  const isBinary = contentType !== 'text/event-stream';
  const readBytes = async (response: Response) => Buffer.from(await response.arrayBuffer());

  test('is joined and replayed with the same bytes, and read by id in its own dialect', async () => {
    const headers = { ...alice, 'idempotency-key': `dialect ${name}`.replaceAll(' ', '-') };
    const original = await gateways.a.post(path, body, headers);
    const joined = await gateways.b.post(path, body, headers);
    const bytes = await readBytes(original);
    expect(original.headers.get('content-type')).toContain(contentType);
    expect(Buffer.compare(await readBytes(joined), bytes)).toBe(0);
    expect(joined.headers.get('content-type')).toBe(original.headers.get('content-type'));

    const id = original.headers.get('x-sluice-stream');
    const read = (query: string) => fetch(`${gateways.b.url}/v1/streams/${id}${query}`, { headers: alice });
    const again = await readBytes(await read(''));
    if (isBinary) {
      // Binary frames have no place for ids.
      expect(Buffer.compare(again, bytes)).toBe(0);
      expect(plainMessages(again).length).toBeGreaterThan(3);
      const rest = await readBytes(await read('?after=2'));
      expect(bytes.subarray(bytes.length - rest.length).equals(rest)).toBe(true);
      expect(plainMessages(rest)).toHaveLength(plainMessages(bytes).length - 3);
    } else {
      expect(again.toString().replace(/^id: .*\n/gm, '')).toBe(bytes.toString());
      const ids = idsIn(again.toString());
      expect(ids).toEqual(ids.map((_, at) => at));
    }
  });

  test('reports a failure before the first byte to a waiting client, in its own dialect', async () => {
    const failing = JSON.parse(JSON.stringify(body).replaceAll('echo', 'status-400'));
    const failingPath = path.replace('echo', 'status-400');
    const headers = { ...alice, 'idempotency-key': `failing ${name}`.replaceAll(' ', '-') };
    const [one, other] = await Promise.all([
      gateways.a.post(failingPath, failing, headers),
      gateways.b.post(failingPath, failing, headers),
    ]);
    expect([one.status, other.status]).toEqual([400, 400]);
    const constant = async (response: Response) => (await response.text()).replace(/req_\w+/g, '');
    expect(await constant(one)).toBe(await constant(other));
  });
});

test('the sequence number of a Responses event is its position', async () => {
  const response = await gateways.a.post('/v1/responses', { model: provider, stream: true, input: text }, alice);
  await response.text();
  const id = response.headers.get('x-sluice-stream');
  const again = await (await fetch(`${gateways.b.url}/v1/streams/${id}`, { headers: alice })).text();
  const numbers = [...again.matchAll(/"sequence_number":(\d+)/g)].map(([, number]) => Number(number));
  expect(numbers).toEqual(idsIn(again));
});
