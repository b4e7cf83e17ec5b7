import { isObject, type JsonObject } from '../../stream/json.ts';
import type { Frame } from '../../wire/frame.ts';
import { strictObjects } from '../strict-fields.ts';

/**
 * The frames that `decode` reads as this whole answer, or as the failure that it is: one chunk that says all of it, then
 * the end. From a provider that cannot stream what it was asked for.
 */
export async function* wholeAnswerFrames(answer: JsonObject): AsyncGenerator<Frame> {
  const choices = strictObjects(answer, 'choices').map(({ message, ...choice }) => ({
    ...choice,
    delta: isObject(message) ? deltaOf(message) : {},
  }));
  yield { data: JSON.stringify({ ...answer, ...(choices.length > 0 && { choices }) }) };
  yield { data: '[DONE]' };
}

/** Calls of a whole message are told apart by their order, those of a delta by their index. */
function deltaOf({ tool_calls: calls, ...message }: JsonObject): JsonObject {
  if (!Array.isArray(calls)) return message;
  return { ...message, tool_calls: calls.map((call, index) => (isObject(call) ? { ...call, index } : call)) };
}
