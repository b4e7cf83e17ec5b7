import { afterAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../lib/stream/json.ts';
import { lostFields } from '../support/kept-fields.ts';
import { translate } from '../support/translate.ts';
import { openaiChatTruth } from '../support/truth/openai-chat.ts';
import { plainMessages } from '../support/truth/plain-event-stream.ts';
import { plainEvents } from '../support/truth/plain-sse.ts';
import { objectOf, parsed } from '../support/truth/truth.ts';
import { truthOf } from '../support/truth/truth-of.ts';
import { cases } from './cases.ts';

/** What may differ where client and provider speak one dialect, and why. Patterns of `path = value`. */
const mayDiffer: Record<string, [pattern: RegExp, because: string][]> = {
  'openai-chat': [
    [/^choices\.\d+\.delta\.tool_calls\.\*\.index = /, 'calls are numbered from 0'],
    [
      /^choices\.\d+\.delta\.content\.\*\./,
      'Mistral’s thinking goes out as reasoning_content, since other clients read text alone',
    ],
    [/^choices\.\d+\.message\./, 'Writer and Perplexity say each delta a second time'],
    [/^created = /, 'the time is ours'],
    [/^id = /, 'Prediction Guard gives each chunk an id: the first is kept'],
    [/^choices\.\d+\.finish_reason = "eos"/, 'a word of old models, said as OpenAI says it'],
    [/^object = /, 'Perplexity has a word of its own for the last chunk'],
    [/^obfuscation = /, 'random padding, on which Spring AI hangs'],
    [/^x_groq\.usage\./, 'shown as usage'],
    [/^sla_metrics\.ts_us = /, 'the time of a chunk; chunks that are written as one have one'],
  ],
  'openai-completions': [[/^created = /, 'the time is ours']],
  'anthropic-messages': [
    [/^type = "ping"/, 'pings are ours'],
    [/^content_block\.input\./, 'arguments that came whole go out as a delta'],
  ],
  'openai-responses': [
    [/^(sequence_number|output_index) = /, 'numbers are ours, without gaps'],
    [/^obfuscation = /, 'random padding, on which Spring AI hangs'],
    [/^(item_id|item\.id|response\.id|response\.output\.\*\.id) = /, 'an id stays what it was at first'],
    [/^response\.store = true/, 'nothing is stored'],
    [/^(type = "response\.queued"|response\.status = "queued")/, 'whether an answer waits is no part of it'],
    [/^response\.output\.\*\.encrypted_content = /, 'encrypted anew in each event: what is done with the item counts'],
    [/^(part\.|(item|response\.output\.\*)\.content\.\*\.)?text = /, 'deltas count; some were taken out of what was kept'],
  ],
  'bedrock-converse': [
    [/^p = /, 'padding of random length'],
    [/^contentBlockIndex = /, 'blocks are numbered from 0, without the empty one that gpt-oss begins with'],
  ],
};

const same = cases().filter((one) => {
  return one.dialect === one.format && one.provider.name === one.client.name && truthOf(one).complete;
});

describe('an answer to a client of the provider’s own dialect', () => {
  if (same.length === 0) test.skip('keeps what no other dialect knows');
  const used = new Set<RegExp>();

  test.for(same.map((one) => [one.title, one] as const))('%s: keeps every field', async ([, one]) => {
    const { bytes } = await translate(one);
    const patterns = mayDiffer[one.dialect] ?? [];
    const lost = lostFields(withLastUsage(payloads(one.bytes)), payloads(bytes)).filter((leaf) => {
      const excuse = patterns.find(([pattern]) => pattern.test(leaf));
      if (excuse) used.add(excuse[0]);
      return !excuse;
    });
    expect(lost).toEqual([]);
    if (one.dialect !== 'openai-chat') return;
    for (const index of choicesIn(one.bytes)) {
      const { text, tools, finish } = openaiChatTruth(one.bytes, { wanted: index });
      expect(openaiChatTruth(bytes, { wanted: index }), `choice ${index}`).toMatchObject({
        text,
        tools,
        finish: { reason: finish.reason },
      });
    }
  });

  afterAll(() => {
    const unused = Object.values(mayDiffer)
      .flat()
      .filter(([pattern]) => same.length > 0 && !used.has(pattern));
    expect(unused, 'exceptions that no recording needs').toEqual([]);
  });
});

/** The payloads of the first answer in these bytes: some files hold several. */
function payloads(bytes: Uint8Array): JsonObject[] {
  if (bytes[0] === 0) return plainMessages(bytes).map(({ payload }) => inChunk(payload) ?? payload);
  const all = plainEvents(bytes)
    .filter(({ data }) => data !== '[DONE]')
    .map(({ data }) => objectOf(parsed(data)));
  const stop = all.findIndex(({ type }) => type === 'message_stop' || type === 'response.completed');
  return stop < 0 ? all : all.slice(0, stop + 1);
}

/** What a chunk of Bedrock's invoke holds. */
function inChunk({ bytes }: JsonObject): JsonObject | undefined {
  return typeof bytes === 'string' ? objectOf(parsed(Buffer.from(bytes, 'base64').toString())) : undefined;
}

/** Chunks without the counts that a later chunk replaces: some providers count on every chunk. */
function withLastUsage(chunks: JsonObject[]): JsonObject[] {
  const last = chunks.findLastIndex(({ usage, choices }) => choices !== undefined && usage !== undefined && usage !== null);
  return chunks.map(({ usage, ...rest }, at) => (at < last ? rest : { ...rest, ...(usage !== undefined && { usage }) }));
}

function choicesIn(bytes: Uint8Array): number[] {
  const choices = payloads(bytes).flatMap((payload) => (Array.isArray(payload.choices) ? payload.choices : []));
  return [...new Set(choices.map((choice) => objectOf(choice).index))].filter((index) => typeof index === 'number');
}
