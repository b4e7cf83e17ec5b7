import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { dynamodbLog } from '../../lib/streams/dynamodb-log.ts';
import type { StreamLog } from '../../lib/streams/stream-log.ts';
import { alice, keys, words } from '../support/durable-gateways.ts';
import { type TestTable, testTable } from '../support/dynamodb-table.ts';
import { type ObedientProvider, obedientProvider } from '../support/obedient-provider.ts';
import { type Served, serve } from '../support/serve.ts';

const text = words(160);
const config = (url: string) => ({
  providers: { lab: { kind: 'openai-compatible', baseUrl: url, key: { env: 'LAB_KEY' } } } as const,
  models: {
    continued: { targets: ['lab/m', 'lab/n'], continue: 'text' as const },
    // A route that does not continue.
    plain: { targets: ['lab/m', 'lab/n'] },
  },
  streams: { durability: 'strict' as const },
});

let table: TestTable;
let provider: ObedientProvider;
/** A gateway whose store can stop to answer it, as if its process had died. */
let dying: Served;
/** The other gateway, whose clock is ahead by more than a lease. */
let other: Served;
let isDead = false;

/** A store that never answers a dead process. */
function mortal(log: StreamLog): StreamLog {
  const unless =
    <Args extends unknown[], Value>(call: (...args: Args) => Promise<Value>) =>
    (...args: Args) =>
      isDead ? new Promise<Value>(() => {}) : call(...args);
  return { ...log, append: unless(log.append), renew: unless(log.renew), close: unless(log.close), head: unless(log.head) };
}

beforeAll(async () => {
  table = await testTable();
  provider = await obedientProvider(text, 5);
  const log = () => dynamodbLog({ access: table.access(), table: table.table, random: () => 0 });
  const common = { config: config(provider.url), keys, environment: { LAB_KEY: 'key' } };
  dying = await serve({ ...common, streamLog: mortal(log()) });
  other = await serve({ ...common, streamLog: log(), now: () => Date.now() + 20_000 });
});
beforeEach(() => {
  isDead = false;
  provider.obeys = true;
});
afterAll(async () => {
  await Promise.all([dying.close(), other.close()]);
  await provider.close();
  await table.close();
});

const messages = [{ role: 'user', content: 'Count.' }];
interface Form {
  readonly path: (model: string) => string;
  readonly body: (model: string) => object;
  /** The text deltas of a stream. */
  readonly delta: RegExp;
}
const chat: Form = {
  path: () => '/v1/chat/completions',
  body: (model) => ({ model, messages, stream: true }),
  delta: /"content":"([^"]*)"/g,
};
const forms: [name: string, form: Form][] = [
  ['chat completions', chat],
  [
    'text completions',
    { path: () => '/v1/completions', body: (model) => ({ model, prompt: 'Count.', stream: true }), delta: /"text":"([^"]*)"/g },
  ],
  [
    'Responses',
    {
      path: () => '/v1/responses',
      body: (model) => ({ model, input: 'Count.', stream: true }),
      delta: /"type":"response\.output_text\.delta".*?"delta":"([^"]*)"/g,
    },
  ],
  [
    'Messages',
    {
      path: () => '/v1/messages',
      body: (model) => ({ model, messages, stream: true, max_tokens: 4000 }),
      delta: /"type":"text_delta","text":"([^"]*)"/g,
    },
  ],
  [
    'Converse',
    {
      path: (model) => `/model/${model}/converse-stream`,
      body: () => ({ messages: [{ role: 'user', content: [{ text: 'Count.' }] }] }),
      delta: /"delta":\{"text":"([^"]*)"/g,
    },
  ],
];
const textIn = (answer: string, { delta }: Form) => [...answer.matchAll(delta)].map(([, piece]) => piece).join('');

let count = 0;
/** Begins an answer, lets its process die in the middle, and sends the request to the other gateway. */
async function askTwice(form: Form, model: string) {
  const before = provider.sent.length;
  const headers = { ...alice, 'idempotency-key': `lost-${++count}` };
  const leaving = new AbortController();
  const first = await dying.post(form.path(model), form.body(model), headers, leaving.signal);
  const decoder = new TextDecoder('latin1');
  let seen = '';
  for await (const piece of first.body ?? []) {
    seen += decoder.decode(piece, { stream: true });
    if (textIn(seen, form).length > 200) break;
  }
  isDead = true;
  leaving.abort();
  const again = await other.post(form.path(model), form.body(model), headers);
  const answer = Buffer.from(await again.arrayBuffer()).toString('latin1');
  const [line] = await other.logged(again);
  return { seen: textIn(seen, form), again, first, answer, line, sent: provider.sent.slice(before) };
}

describe.each(forms)('an answer in %s whose process has died', (_, form) => {
  test('continues where it was for the request that is sent again, under a new id', async () => {
    const { seen, first, again, answer, line, sent } = await askTwice(form, 'continued');
    expect(textIn(answer, form)).toBe(text);
    expect(text.startsWith(seen)).toBe(true);
    expect(answer).not.toMatch(/producer_lost|upstream_cut/);
    expect(again.headers.get('x-sluice-stream')).toMatch(/^str_/);
    expect(again.headers.get('x-sluice-stream')).not.toBe(first.headers.get('x-sluice-stream'));
    expect(line).toMatchObject({ stream_role: 'created', stream_continued: true, usage_source: 'estimated' });
    // The provider made the rest, and the last characters of what was there.
    expect(sent).toEqual([text.length, expect.any(Number)]);
    expect(sent[1]).toBeLessThanOrEqual(text.length - seen.length + 60);
  });

  test('starts again where the provider does not continue it', async () => {
    provider.obeys = false;
    const { answer, line, sent } = await askTwice(form, 'continued');
    expect(textIn(answer, form)).toBe(text);
    expect(sent.length).toBeLessThanOrEqual(3);
    expect(sent.at(-1)).toBe(text.length);
    expect(answer).not.toMatch(/producer_lost|upstream_cut/);
    expect(line).toMatchObject({ outcome: 'ok', stream_role: 'created' });
  });
});

describe('an answer whose process has died', () => {
  test('starts again on a route that does not continue', async () => {
    const { answer, line, sent } = await askTwice(chat, 'plain');
    expect(textIn(answer, chat)).toBe(text);
    expect(sent).toEqual([text.length, text.length]);
    expect(line).not.toHaveProperty('stream_continued');
  });

  test('starts again if it may hold more than plain text', async () => {
    const tools = [{ type: 'function', function: { name: 'f', parameters: { type: 'object', properties: {} } } }];
    const form = { ...chat, body: (model: string) => ({ ...chat.body(model), tools }) };
    const { answer, sent } = await askTwice(form, 'continued');
    expect(textIn(answer, form)).toBe(text);
    expect(sent).toEqual([text.length, text.length]);
  });

  test('is replayed like any other once it has been completed', async () => {
    const { again, answer } = await askTwice(chat, 'continued');
    const headers = { ...alice, 'idempotency-key': `lost-${count}` };
    const replayed = await other.post(chat.path(''), chat.body('continued'), headers);
    expect(replayed.headers.get('idempotent-replayed')).toBe('true');
    expect(replayed.headers.get('x-sluice-stream')).toBe(again.headers.get('x-sluice-stream'));
    expect(await replayed.text()).toBe(answer);
  });
});
