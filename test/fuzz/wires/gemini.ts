import { geminiUpstream } from '../../../lib/dialects/gemini/upstream.ts';
import type { JsonObject } from '../../../lib/stream/json.ts';
import { type Item, piecesOf } from '../answer.ts';
import { sse, type Wire } from './wire.ts';

const words = { 'by itself': 'STOP', length: 'MAX_TOKENS', filter: 'SAFETY' } as const;

/** Google's Gemini: calls arrive whole, and a signature is on the part after the thought. */
export const geminiWire: Wire = {
  name: 'gemini',
  format: 'gemini',
  wire: 'sse',
  provider: geminiUpstream(),
  says: new Set(['text', 'reasoning', 'tool']),
  manyChoices: false,
  signs: true,
  write({ choices: [choice], usage, style }) {
    const { items = [], stop = 'by itself' } = choice ?? {};
    const usageMetadata = {
      promptTokenCount: usage.input,
      cachedContentTokenCount: usage.cacheRead,
      candidatesTokenCount: usage.output,
      totalTokenCount: usage.input + usage.output,
    };
    const chunks = partsOf(items).map((part) => ({ candidates: [{ content: { role: 'model', parts: [part] }, index: 0 }] }));
    const last = {
      candidates: [{ content: { role: 'model', parts: [{ text: '' }] }, finishReason: words[stop], index: 0 }],
      usageMetadata,
    };
    return sse(
      [...chunks, last].map((chunk) => ({ data: JSON.stringify({ ...chunk, modelVersion: 'theirs', responseId: 'theirs' }) })),
      style,
    );
  },
};

function partsOf(items: readonly Item[]): JsonObject[] {
  const parts: JsonObject[] = [];
  let signature = '';
  const add = (part: JsonObject) => {
    parts.push(signature ? { ...part, thoughtSignature: signature } : part);
    signature = '';
  };
  for (const item of items) {
    if (item.kind === 'tool') add({ functionCall: { id: item.id, name: item.name, ...(item.given && { args: item.given }) } });
    else if (item.kind === 'reasoning') {
      // The signature of the previous thought is alone if another thought follows.
      if (signature) add({ text: '' });
      parts.push(...piecesOf(item.text, item.cuts).map((text) => ({ text, thought: true })));
      signature = item.signature;
    } else if (item.kind === 'text') for (const text of piecesOf(item.text, item.cuts)) add({ text });
  }
  if (signature) add({ text: '' });
  return parts;
}
