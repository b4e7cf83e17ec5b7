import { isObject, type Json, type JsonObject, withoutNulls } from '../../stream/json.ts';
import type { BuildOptions } from '../dialect.ts';

const allReasoning = ['reasoning_content', 'reasoning', 'reasoning_details'];

/**
 * The client's own messages, put right where providers choke: one text for the conversation (Prediction Guard), nulls,
 * arguments that are no JSON because the call had none, a turn of the model's without content, and what the options
 * leave out.
 */
export function passthroughMessages(messages: Json | undefined, options: BuildOptions): Json[] {
  if (!Array.isArray(messages)) return [{ role: 'user', content: messages ?? '' }];
  const { reasoningFields = [], keepsCacheMarks = true, developerRole = true } = options;
  const unwanted = new Set(allReasoning.filter((name) => !reasoningFields.includes(name)));
  if (!keepsCacheMarks) unwanted.add('cache_control');
  return messages.map((message) => {
    if (!isObject(message)) return message;
    const { role, ...rest } = passthroughMessage(message, unwanted);
    return { role: role === 'developer' && !developerRole ? 'system' : role, ...rest };
  });
}

/** The client's own tools, without the marks that the options leave out. */
export function passthroughTools(tools: Json[], { keepsCacheMarks = true }: BuildOptions): Json[] {
  return keepsCacheMarks ? tools : tools.map((tool) => (isObject(tool) ? without(tool, new Set(['cache_control'])) : tool));
}

function passthroughMessage(message: JsonObject, unwanted: ReadonlySet<string>): JsonObject {
  const { content, tool_calls: calls, ...rest } = withoutNulls(message);
  const parts = Array.isArray(content)
    ? content.map((part) => (isObject(part) ? without(withoutNulls(part), unwanted) : part))
    : content;
  return {
    ...without(rest, unwanted),
    ...(parts !== undefined && { content: parts }),
    ...(parts === undefined && saysNothing(message) && { content: '' }),
    ...(Array.isArray(calls) && calls.length > 0 && { tool_calls: calls.map(passthroughCall) }),
  };
}

/** A turn of the model that was only thoughts: OpenAI refuses a message without content and calls. */
function saysNothing({ role, tool_calls: calls, function_call, refusal, audio }: JsonObject): boolean {
  const isEmpty = !Array.isArray(calls) || calls.length === 0;
  return role === 'assistant' && isEmpty && !function_call && !refusal && !audio;
}

function without(object: JsonObject, names: ReadonlySet<string>): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !names.has(name)));
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
