import { openaiCompletionsUpstream } from '../../../lib/dialects/openai-completions/upstream.ts';
import { picksOf, piecesOf, woven } from '../answer.ts';
import { finished } from './chat.ts';
import { sse, type Wire } from './wire.ts';

const words = { 'by itself': 'stop', length: 'length', filter: 'content_filter' } as const;

/** Text completions. */
export const completionsWire: Wire = {
  name: 'completions',
  format: 'openai-completions',
  wire: 'sse',
  provider: openaiCompletionsUpstream(),
  says: new Set(['text']),
  manyChoices: true,
  signs: false,
  write(answer) {
    const { style } = answer;
    const entries = answer.choices.map(({ items, stop }, index) => [
      ...items.flatMap((item) =>
        item.kind === 'text' ? piecesOf(item.text, item.cuts).map((text) => entry(index, text, null)) : [],
      ),
      entry(index, '', words[stop]),
    ]);
    const chunks = woven(entries, picksOf(answer.weave)).map((choice) => ({
      id: 'cmpl-theirs',
      object: 'text_completion',
      created: 1,
      model: 'theirs',
      choices: [choice],
    }));
    return sse(
      [...finished(chunks, answer), ...(style.terminator ? ['[DONE]'] : [])].map((data) => ({ data })),
      style,
    );
  },
};

function entry(index: number, text: string, finish_reason: string | null) {
  return { index, text, logprobs: null, finish_reason };
}
