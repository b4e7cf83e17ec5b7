import { describe, expect, test } from 'vitest';
import type { StreamEvent } from '../../lib/stream/events.ts';
import type { JsonObject } from '../../lib/stream/json.ts';
import { check } from '../support/checker/check.ts';
import { limited } from '../support/limited.ts';

/** An answer with signed reasoning, unsigned reasoning and text. */
const answer: StreamEvent[] = [
  { type: 'start', id: 'a', model: 'model' },
  { type: 'block-start', index: 0, block: { kind: 'reasoning' } },
  { type: 'reasoning-delta', index: 0, text: 'Hm.' },
  { type: 'signature-delta', index: 0, signature: 'c2lnbmVk' },
  { type: 'block-end', index: 0 },
  { type: 'block-start', index: 1, block: { kind: 'reasoning' } },
  { type: 'reasoning-delta', index: 1, text: 'So.' },
  { type: 'block-end', index: 1 },
  { type: 'block-start', index: 2, block: { kind: 'text' } },
  { type: 'text-delta', index: 2, text: 'Hello' },
  { type: 'block-end', index: 2 },
  { type: 'finish', reason: 'stop', rawReason: 'stop', usage: { input: 1, output: 2 } },
];

const messages = [{ role: 'user', content: 'Hi' }];
const body = (more: JsonObject = {}) => ({ model: 'lab/model', max_tokens: 4000, messages, ...more });
const invokeBody = (more: JsonObject = {}) => ({ anthropic_version: 'bedrock-2023-05-31', max_tokens: 4000, messages, ...more });

const clients = [
  { name: 'Messages', dialect: 'anthropic-messages', whole: '/v1/messages', stream: '/v1/messages', bodyOf: body },
  {
    name: 'InvokeModel',
    dialect: 'bedrock-invoke',
    whole: '/model/lab%2Fmodel/invoke',
    stream: '/model/lab%2Fmodel/invoke-with-response-stream',
    bodyOf: invokeBody,
  },
] as const;

const requests: [what: string, more: JsonObject, reasoning: string, signatures: string[]][] = [
  ['all without a request for it', {}, 'Hm.So.', ['c2lnbmVk']],
  ['all if thinking is on', { thinking: { type: 'enabled', budget_tokens: 2000 } }, 'Hm.So.', ['c2lnbmVk']],
  ['only the signatures with display omitted', { thinking: { type: 'adaptive', display: 'omitted' } }, '', ['c2lnbmVk']],
];

describe.each(clients)('a client of $name gets of the reasoning', ({ dialect, whole, stream, bodyOf }) => {
  test.each(requests)('%s', async (_, more, reasoning, signatures) => {
    const { post } = limited({ scripts: [answer, answer] });
    const streamed = await post(stream, { ...bodyOf(more), ...(stream === whole && { stream: true }) });
    const { truth, violations } = check(dialect, new Uint8Array(await streamed.arrayBuffer()), { showUsage: true });
    expect(violations).toEqual([]);
    expect(truth).toMatchObject({ text: 'Hello', reasoning, signatures, complete: true });
    const { content } = (await (await post(whole, bodyOf(more))).json()) as { content: { type: string; thinking?: string }[] };
    expect(content.at(-1)).toEqual({ type: 'text', text: 'Hello' });
    expect(content.map(({ thinking = '' }) => thinking).join('')).toBe(reasoning);
    expect(content.filter(({ type }) => type === 'thinking')).toHaveLength(reasoning === '' ? 1 : 2);
  });
});
