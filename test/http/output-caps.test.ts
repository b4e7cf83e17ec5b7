import { describe, expect, test } from 'vitest';
import { isObject, type Json, type JsonObject } from '../../lib/stream/json.ts';
import { chat, complete, completions, messages, predictionGuard } from '../functions/dialects.ts';
import { provided } from '../hostile/provided.ts';
import { spokenKinds } from '../support/provider-streams/all.ts';

const far = 9_000_000;
const cap = 1000;
const steady = 'steady';

/** A body without an output limit, and the members that set one in this dialect. */
interface Asking {
  readonly name: string;
  readonly path: string;
  readonly body: JsonObject;
  /** Members that say that the answer may be so long. */
  readonly says: (tokens: number) => JsonObject[];
  /** What the dialect documents for a body that does not say it; else it is the gateway's own. */
  readonly usual?: number;
  /** The dialect requires a limit. */
  readonly required?: true;
}

const turns = [{ role: 'user', content: 'Hi' }];
const chatBody = { model: steady, messages: turns };
const converse = { messages: [{ role: 'user', content: [{ text: 'Hi' }] }] };
const inMaxTokens = (tokens: number) => [{ max_tokens: tokens }];

const askings: readonly Asking[] = [
  {
    name: 'chat completions',
    path: chat.path,
    body: chatBody,
    says: (tokens) => [
      { max_tokens: tokens },
      { max_completion_tokens: tokens },
      { max_tokens: tokens, max_completion_tokens: tokens },
      // The newer member decides; the other must not slip through beside it.
      { max_tokens: far, max_completion_tokens: tokens },
    ],
  },
  { name: 'Prediction Guard', path: predictionGuard.path, body: chatBody, says: inMaxTokens },
  {
    name: 'Azure',
    path: `/openai/deployments/${steady}/chat/completions`,
    body: { messages: turns },
    says: inMaxTokens,
  },
  { name: 'text completions', path: completions.path, body: { model: steady, prompt: 'Hi' }, says: inMaxTokens, usual: 16 },
  {
    name: 'responses',
    path: '/v1/responses',
    body: { model: steady, input: 'Hi' },
    says: (tokens) => [{ max_output_tokens: tokens }],
  },
  {
    name: 'messages',
    path: messages.path,
    body: chatBody,
    says: (tokens) => [
      { max_tokens: tokens },
      { max_tokens: tokens, thinking: { type: 'enabled', budget_tokens: Math.max(1024, tokens - 1) } },
    ],
    required: true,
  },
  {
    name: 'text completions',
    path: complete.path,
    body: { model: steady, prompt: '\n\nHuman: Hi\n\nAssistant:' },
    says: (tokens) => [{ max_tokens_to_sample: tokens }],
    usual: 256,
  },
  {
    name: 'converse',
    path: `/model/${steady}/converse`,
    body: converse,
    says: (tokens) => [
      { inferenceConfig: { maxTokens: tokens } },
      {
        inferenceConfig: { maxTokens: tokens },
        additionalModelRequestFields: { thinking: { type: 'enabled', budget_tokens: Math.max(1024, tokens - 1) } },
      },
    ],
  },
  {
    name: 'invoke, messages',
    path: `/model/${steady}/invoke`,
    body: { anthropic_version: 'bedrock-2023-05-31', messages: turns },
    says: inMaxTokens,
    required: true,
  },
  {
    name: 'invoke, text completion',
    path: `/model/${steady}/invoke`,
    body: { prompt: '\n\nHuman: Hi\n\nAssistant:' },
    says: (tokens) => [{ max_tokens_to_sample: tokens }],
    usual: 256,
  },
];

/** Every member of a body that limits output tokens. A thinking budget is part of them. */
function bounds(value: Json | undefined): number[] {
  if (Array.isArray(value)) return value.flatMap(bounds);
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, member]) =>
    typeof member === 'number' && /max.*(token|len)|num_predict/i.test(name) ? [member] : bounds(member),
  );
}

describe.each(spokenKinds.map((providerStream) => [providerStream.name, providerStream] as const))(
  'an answer of %s',
  (_, providerStream) => {
    /** What the provider receives for each of these bodies. */
    async function sent(asking: Asking, bodies: readonly JsonObject[], maxOutputTokens?: number): Promise<number[][]> {
      const { stack, provider } = await provided(providerStream, maxOutputTokens === undefined ? {} : { maxOutputTokens });
      for (const body of bodies) {
        const answer = await stack.post(asking.path, { ...asking.body, ...body });
        expect([answer.status, await answer.text()]).toEqual([200, expect.anything()]);
      }
      const sentBounds = provider.received.map((text) => bounds(JSON.parse(text.slice(text.indexOf('\r\n\r\n'))) as Json));
      await provider.close();
      return sentBounds;
    }

    test.each(askings.map((asking) => [asking.name, asking] as const))(
      'has an output limit, for clients of %s',
      async (_, asking) => {
        const unknownFields = asking.required ? [] : await sent(asking, [{}]);
        for (const found of unknownFields) expect(Math.max(...found)).toBe(asking.usual ?? 8192);
        const unsaidCapped = asking.required ? [] : await sent(asking, [{}], 50);
        for (const found of unsaidCapped) expect(Math.max(...found)).toBe(Math.min(asking.usual ?? 50, 50));

        const high = await sent(asking, asking.says(far), cap);
        expect(high).toHaveLength(asking.says(far).length);
        for (const found of high) expect(Math.max(...found)).toBe(cap);
        const low = await sent(asking, asking.says(200), cap);
        for (const found of low) expect(Math.max(...found)).toBe(200);
        // Without a cap from the operator, the client's own limit applies.
        for (const found of await sent(asking, asking.says(20_000))) expect(Math.max(...found)).toBe(20_000);
      },
    );
  },
);

describe('a limit with a server-specific name', () => {
  const named: [sent: JsonObject, forwarded: JsonObject][] = [
    [{ max_new_tokens: far }, { max_new_tokens: cap }],
    [{ n_predict: -1 }, { n_predict: cap }],
    [{ min_tokens: far }, { min_tokens: cap }],
    [{ max_length: 10 }, { max_length: 10 }],
    [{ options: { num_predict: far, top_k: 5000 } }, { options: { num_predict: cap, top_k: 5000 } }],
    [{ max_new_tokens: 'many' }, { max_new_tokens: 'many' }],
  ];
  test.each(named)('is lowered to the cap: %j', async (sent, forwarded) => {
    const [providerStream] = spokenKinds.filter(({ name }) => name === 'chat');
    if (!providerStream) throw new Error('chat is not spoken');
    const { stack, provider } = await provided(providerStream, { maxOutputTokens: cap });
    await (await stack.post(chat.path, { ...chatBody, ...sent })).text();
    const [text = ''] = provider.received;
    expect(JSON.parse(text.slice(text.indexOf('\r\n\r\n')))).toMatchObject(forwarded);
    await provider.close();
  });
});

describe('several answers', () => {
  test.each<[name: string, path: string, body: JsonObject, calls: number]>([
    ['n of chat completions', chat.path, { ...chatBody, n: 3, max_tokens: far }, 1],
    ['n of text completions', completions.path, { model: steady, prompt: 'Hi', n: 3, max_tokens: far }, 1],
    ['best_of', completions.path, { model: steady, prompt: 'Hi', n: 2, best_of: 4, max_tokens: far }, 1],
    ['several prompts', completions.path, { model: steady, prompt: ['a', 'b', 'c'], max_tokens: far }, 3],
  ])('each have the limit: %s', async (_, path, body, calls) => {
    const [providerStream] = spokenKinds.filter(({ name }) => name === 'chat');
    if (!providerStream) throw new Error('chat is not spoken');
    const { stack, provider } = await provided(providerStream, { maxOutputTokens: cap });
    await (await stack.post(path, body)).text();
    const sentBounds = provider.received.map((text) => bounds(JSON.parse(text.slice(text.indexOf('\r\n\r\n'))) as Json));
    // An unsupported request is rejected before it reaches the provider.
    expect([calls, 0]).toContain(sentBounds.length);
    for (const found of sentBounds) expect(found).toEqual([cap]);
    await provider.close();
  });
});

test.each([
  { max_tokens: far },
  { max_gen_len: far },
  { inferenceConfig: { max_new_tokens: far } },
  { textGenerationConfig: { maxTokenCount: far } },
])('a second limit next to Converse’s own is rejected: %j', async (additionalModelRequestFields) => {
  const [providerStream] = spokenKinds.filter(({ name }) => name === 'converse');
  if (!providerStream) throw new Error('converse is not spoken');
  const { stack, provider } = await provided(providerStream, { maxOutputTokens: cap });
  const answer = await stack.post(`/model/${steady}/converse`, { ...converse, additionalModelRequestFields });
  expect(answer.status).toBe(400);
  expect(await answer.text()).toContain('inferenceConfig.maxTokens');
  expect(provider.received).toEqual([]);
  await provider.close();
});
