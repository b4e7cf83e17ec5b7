import { isObject, type Json, type JsonObject, withoutNulls } from '../../stream/json.ts';
import type { OpenaiChatQuirks, ReasoningField } from './quirks.ts';

const reasoningFields: readonly ReasoningField[] = ['reasoning_content', 'reasoning', 'reasoning_details'];

/**
 * The client's own messages, repaired where providers fail: a single string for the conversation (Prediction Guard),
 * nulls, invalid JSON arguments of a call without arguments, an assistant turn without content, and reasoning of earlier
 * turns, which Sluice had added and OpenAI rejects.
 */
export function passthroughMessages(messages: Json | undefined, quirks: OpenaiChatQuirks): Json[] {
  if (!Array.isArray(messages)) return [{ role: 'user', content: messages ?? '' }];
  const unwanted = new Set<string>(reasoningFields.filter((name) => !quirks.reasoningFields?.includes(name)));
  return messages.map((message) => (isObject(message) ? passthroughMessage(message, unwanted) : message));
}

function passthroughMessage(message: JsonObject, unwanted: ReadonlySet<string>): JsonObject {
  const { content, tool_calls: calls, ...rest } = withoutNulls(message);
  return {
    ...Object.fromEntries(Object.entries(rest).filter(([name]) => !unwanted.has(name))),
    ...(content === undefined && saysNothing(message) && { content: '' }),
    ...(content !== undefined && { content: Array.isArray(content) ? content.map(withoutNullMembers) : content }),
    ...(Array.isArray(calls) && calls.length > 0 && { tool_calls: calls.map(passthroughCall) }),
  };
}

/** A turn of the model that was only thoughts: OpenAI refuses a message without content and calls. */
function saysNothing({ role, tool_calls: calls, function_call, refusal, audio }: JsonObject): boolean {
  const isEmpty = !Array.isArray(calls) || calls.length === 0;
  return role === 'assistant' && isEmpty && !function_call && !refusal && !audio;
}

function passthroughCall(call: Json): Json {
  const plain = withoutNullMembers(call);
  if (!isObject(plain) || !isObject(plain.function)) return plain;
  const { arguments: json } = plain.function;
  return { ...plain, function: { ...plain.function, arguments: typeof json === 'string' && json.trim() ? json : '{}' } };
}

function withoutNullMembers(value: Json): Json {
  return isObject(value) ? withoutNulls(value) : value;
}
