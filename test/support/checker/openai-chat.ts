import type { Json, JsonObject } from '../../../lib/stream/json.ts';
import { listOf, objectOf } from '../truth/truth.ts';
import { byChoice, type ChunkStream, chunkRules, isEmptyChoice, isPresent } from './openai-stream.ts';
import { type Rule, unless } from './rule.ts';
import { splittingRules } from './sse-stream.ts';

const splittable = ['content', 'reasoning_content', 'reasoning', 'refusal'];

/** A tool call's piece, and whether it is the first of its call. */
interface CallPiece {
  readonly choice: Json | undefined;
  readonly at: number;
  readonly call: JsonObject;
  readonly first: boolean;
  /** How many calls of the choice were open before it, and the index of the last one. */
  readonly opened: number;
  readonly last: Json | undefined;
}

/** The byte contract of chat completions. */
export const openaiChatRules: readonly Rule<ChunkStream>[] = [
  ...chunkRules('chat.completion.chunk'),
  ...splittingRules((payload) =>
    listOf(payload.choices).flatMap((choice) => {
      const delta = objectOf(choice.delta);
      const calls = listOf(delta.tool_calls).map((call) => objectOf(call.function).arguments);
      return [...splittable.map((name) => delta[name]), ...calls].filter((text) => typeof text === 'string');
    }),
  ),
  {
    id: 'role-first',
    says: 'The first chunk of a choice that says anything carries the role, and no later one does.',
    broken: (stream) =>
      [...byChoice(stream)].flatMap(([index, inChoice]) => {
        const [first, ...later] = inChoice.filter(({ choice }) => !isEmptyChoice(choice));
        return [
          ...unless(!first || objectOf(first.choice.delta).role === 'assistant', `choice ${index} begins without a role`),
          ...later.flatMap(({ at, choice }) => unless(objectOf(choice.delta).role === undefined, `event ${at} has a role again`)),
        ];
      }),
  },
  {
    id: 'finish-alone',
    says: 'A finish stands alone, beside an empty delta.',
    broken: (stream) =>
      [...byChoice(stream).values()].flat().flatMap(({ at, choice }) => {
        const said = Object.keys(objectOf(choice.delta));
        return unless(!isPresent(choice.finish_reason) || said.length === 0, `event ${at} finishes and says ${said.join(', ')}`);
      }),
  },
  {
    id: 'tool-single',
    says: 'One tool call a chunk.',
    broken: (stream) =>
      [...byChoice(stream).values()].flat().flatMap(({ at, choice }) => {
        const { tool_calls: calls } = objectOf(choice.delta);
        return unless(calls === undefined || listOf(calls).length === 1, `event ${at} has ${listOf(calls).length} tool calls`);
      }),
  },
  {
    id: 'tool-open',
    says: 'A call opens with index, id, type, its whole name and empty arguments.',
    broken: (stream) =>
      callPieces(stream).flatMap(({ at, call, first }) => {
        const custom = call.type === 'custom';
        const { name, arguments: json, input } = objectOf(custom ? call.custom : call.function);
        const good =
          [call.id, name].every((text) => typeof text === 'string' && text !== '') &&
          (custom ? input === '' : call.type === 'function' && json === '');
        return unless(!first || (good && Number.isInteger(call.index)), `event ${at} opens a call with ${JSON.stringify(call)}`);
      }),
  },
  {
    id: 'tool-continue',
    says: 'A call goes on with its index and a piece of its arguments, and nothing else.',
    broken: (stream) =>
      callPieces(stream).flatMap(({ at, call, first }) => {
        // The call of a custom tool has text instead of arguments.
        const custom = call.custom !== undefined;
        const { [custom ? 'input' : 'arguments']: piece, ...others } = objectOf(custom ? call.custom : call.function);
        const members = Object.keys(call).sort().join();
        const good = members === (custom ? 'custom,index' : 'function,index') && Object.keys(others).length === 0 && piece;
        return unless(first || Boolean(good), `event ${at} goes on with ${JSON.stringify(call)}`);
      }),
  },
  {
    id: 'tool-dense',
    says: 'Calls are numbered 0, 1, 2 in the order in which they open.',
    broken: (stream) =>
      callPieces(stream).flatMap(({ at, call, first, opened }) =>
        unless(!first || call.index === opened, `event ${at} opens call ${call.index}`),
      ),
  },
  {
    id: 'tool-sequence',
    says: 'Calls do not interleave: only the last one goes on.',
    broken: (stream) =>
      callPieces(stream).flatMap(({ at, call, first, last }) =>
        unless(first || call.index === last, `event ${at} goes back to call ${call.index}`),
      ),
  },
  {
    id: 'tool-arguments',
    says: 'The arguments of a finished call are never empty.',
    broken: (stream) => {
      if (stream.errors.length > 0) return [];
      const pieces = callPieces(stream);
      const opened = pieces.filter(({ first }) => first);
      return opened.flatMap(({ choice, at, call }) => {
        const more = pieces.some((piece) => !piece.first && piece.choice === choice && piece.call.index === call.index);
        const own = objectOf(call.function).arguments;
        return unless(more || Boolean(own), `the call of event ${at} has no arguments`);
      });
    },
  },
];

/** The pieces of all calls, in order; each choice counts its own. */
function callPieces(stream: ChunkStream): CallPiece[] {
  return [...byChoice(stream)].flatMap(([index, inChoice]) => {
    const seen = new Set<Json | undefined>();
    let last: Json | undefined;
    return inChoice.flatMap(({ at, choice }) =>
      listOf(objectOf(choice.delta).tool_calls).map((call): CallPiece => {
        const piece = { choice: index, at, call, first: !seen.has(call.index), opened: seen.size, last };
        seen.add(call.index);
        if (piece.first) last = call.index;
        return piece;
      }),
    );
  });
}
