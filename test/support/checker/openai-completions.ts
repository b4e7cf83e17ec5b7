import { listOf } from '../truth/truth.ts';
import { byChoice, type ChunkStream, chunkRules, isPresent } from './openai-stream.ts';
import { type Rule, unless } from './rule.ts';
import { splittingRules } from './sse-stream.ts';

/** The byte contract of text completions. */
export const openaiCompletionsRules: readonly Rule<ChunkStream>[] = [
  ...chunkRules('text_completion'),
  ...splittingRules((payload) =>
    listOf(payload.choices)
      .map(({ text }) => text)
      .filter((text) => typeof text === 'string'),
  ),
  {
    id: 'text-always',
    says: 'Each choice of each chunk has text, empty where nothing is said.',
    broken: (stream) =>
      choicesOf(stream).flatMap(({ at, choice }) => unless(typeof choice.text === 'string', `event ${at} has no text`)),
  },
  {
    id: 'text-alone',
    says: 'No delta, no role, no message: those are chat’s.',
    broken: (stream) =>
      choicesOf(stream).flatMap(({ at, choice }) =>
        ['delta', 'role', 'message'].flatMap((name) => unless(choice[name] === undefined, `event ${at} has a ${name}`)),
      ),
  },
  {
    id: 'finish-alone',
    says: 'A finish stands alone, beside empty text.',
    broken: (stream) =>
      choicesOf(stream).flatMap(({ at, choice }) =>
        unless(!isPresent(choice.finish_reason) || choice.text === '', `event ${at} finishes and says something`),
      ),
  },
];

function choicesOf(stream: ChunkStream) {
  return [...byChoice(stream).values()].flat();
}
