import { isObject, type JsonObject } from '../../stream/json.ts';
import type { Frame } from '../../wire/frame.ts';
import { strictObjects } from '../strict-fields.ts';

/**
 * Converts a whole answer, or the error in it, into frames for `decode`: one chunk with everything, then the end. For
 * a provider that can't stream this request.
 */
export async function* wholeAnswerFrames(answer: JsonObject): AsyncGenerator<Frame[]> {
  const choices = strictObjects(answer, 'choices').map(({ message, ...choice }) => ({
    ...choice,
    delta: isObject(message) ? deltaOf(message) : {},
  }));
  yield [{ data: JSON.stringify({ ...answer, ...(choices.length > 0 && { choices }) }) }, { data: '[DONE]' }];
}

/** A whole message identifies calls by their order, a delta by their index. */
function deltaOf({ tool_calls: calls, ...message }: JsonObject): JsonObject {
  if (!Array.isArray(calls)) return message;
  return { ...message, tool_calls: calls.map((call, index) => (isObject(call) ? { ...call, index } : call)) };
}
