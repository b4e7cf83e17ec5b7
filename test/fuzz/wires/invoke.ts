import { invokedFamily } from '../../../lib/dialects/bedrock-invoke/families.ts';
import type { JsonObject } from '../../../lib/stream/json.ts';
import { awsMessage } from '../../support/provider-streams/converse.ts';
import { type Answer, type Choice, piecesOf } from '../answer.ts';
import { payloads } from './messages.ts';
import type { Wire } from './wire.ts';

type Stop = Choice['stop'];
const metrics = 'amazon-bedrock-invocationMetrics';

/** What models that only say text write: a piece, and the end. */
const textFamilies: Readonly<
  Record<string, { model: string; piece: (text: string) => JsonObject; end: (stop: Stop) => JsonObject }>
> = {
  titan: {
    model: 'amazon.titan-text-express-v1',
    piece: (outputText) => ({ outputText, index: 0, completionReason: null }),
    end: (stop) => ({
      outputText: '',
      index: 0,
      completionReason: { 'by itself': 'FINISH', length: 'LENGTH', filter: 'CONTENT_FILTERED' }[stop],
    }),
  },
  llama: {
    model: 'meta.llama3-70b-instruct-v1:0',
    piece: (generation) => ({ generation, stop_reason: null }),
    end: (stop) => ({ generation: '', stop_reason: stop === 'length' ? 'length' : 'stop' }),
  },
  mistral: {
    model: 'mistral.mistral-7b-instruct-v0:2',
    piece: (text) => ({ outputs: [{ text, stop_reason: null }] }),
    end: (stop) => ({ outputs: [{ text: '', stop_reason: stop === 'length' ? 'length' : 'stop' }] }),
  },
  cohere: {
    model: 'cohere.command-text-v14',
    piece: (text) => ({ text, is_finished: false }),
    end: (stop) => ({ text: '', is_finished: true, finish_reason: stop === 'length' ? 'MAX_TOKENS' : 'COMPLETE' }),
  },
  'claude text': {
    model: 'anthropic.claude-v2',
    piece: (completion) => ({ type: 'completion', completion, stop_reason: null, stop: null }),
    end: (stop) => ({
      type: 'completion',
      completion: '',
      stop_reason: stop === 'length' ? 'max_tokens' : 'stop_sequence',
      stop: null,
    }),
  },
};

function chunks(payloadsOfAnswer: readonly JsonObject[]): Buffer {
  return Buffer.concat(
    payloadsOfAnswer.map((payload) =>
      awsMessage(
        { ':message-type': 'event', ':event-type': 'chunk' },
        JSON.stringify({ bytes: Buffer.from(JSON.stringify(payload)).toString('base64'), p: 'abc' }),
      ),
    ),
  );
}

function counted(payload: JsonObject, { usage: { input, output, cacheRead } }: Answer): JsonObject {
  return {
    ...payload,
    [metrics]: { inputTokenCount: input - cacheRead, outputTokenCount: output, cacheReadInputTokenCount: cacheRead },
  };
}

function familyOf(model: string) {
  const family = invokedFamily(model);
  if (!family) throw new Error(`no family for ${model}`);
  return family.dialect;
}

const common = { format: 'bedrock-invoke', wire: 'invoke-chunks', manyChoices: false } as const;

/** Bedrock's InvokeModelWithResponseStream: Claude in its own form, and the families that say only text. */
export const invokeWires: readonly Wire[] = [
  {
    ...common,
    name: 'invoke, Claude',
    provider: familyOf('anthropic.claude-3-sonnet-20240229-v1:0'),
    says: new Set(['text', 'reasoning', 'redacted', 'tool']),
    signs: true,
    write: (answer) =>
      chunks(
        payloads({ ...answer, style: { ...answer.style, comments: false } }).map((payload) =>
          payload.type === 'message_stop' ? counted(payload, answer) : payload,
        ),
      ),
  },
  ...Object.entries(textFamilies).map(
    ([name, { model, piece, end }]): Wire => ({
      ...common,
      name: `invoke, ${name}`,
      provider: familyOf(model),
      says: new Set(['text']),
      signs: false,
      write(answer) {
        const { items = [], stop = 'by itself' } = answer.choices[0] ?? {};
        const texts = items.flatMap((item) => (item.kind === 'text' ? piecesOf(item.text, item.cuts) : []));
        return chunks([...texts.map(piece), counted(end(stop), answer)]);
      },
    }),
  ),
];
