import { isObject, type JsonObject, withoutNulls } from '../../stream/json.ts';
import type { ModelRequest } from '../../stream/request.ts';
import { carryParameters } from '../carry.ts';
import type { BuiltRequest } from '../dialect.ts';
import { buildMessages } from './build-messages.ts';
import { parameterWriters } from './build-parameters.ts';
import type { OpenaiChatDifferences } from './differences.ts';
import { ownMessages } from './own-messages.ts';
import { dialectName } from './wire.ts';

/** The body to send: the caller's own where it is in this dialect, else one made from the vocabulary. */
export function build(request: ModelRequest, model: string, differences: OpenaiChatDifferences): BuiltRequest {
  const writers = parameterWriters(differences);
  if (request.dialect !== dialectName) {
    const { fields, dropped } = carryParameters(request, writers);
    const messages = buildMessages(request.messages, differences);
    return { body: { model, messages, ...streaming(request, differences), ...fields }, dropped };
  }
  // Members that we do not know go on as they came.
  const { fields, dropped } = carryParameters({ ...request, unknown: [] }, writers);
  const forbidden = (differences.forbids ?? []).filter((name) => name in request.body && !dropped.includes(name));
  const left = new Set(['max_tokens', 'max_completion_tokens', 'stream_options', ...dropped, ...forbidden]);
  return {
    body: {
      ...Object.fromEntries(Object.entries(request.body).filter(([name]) => !left.has(name))),
      ...respelled(request, fields),
      model,
      messages: [...ownMessages(request.body.messages, differences), ...buildMessages(request.appended ?? [], differences)],
      ...streaming(request, differences),
    },
    dropped: [...dropped, ...forbidden],
  };
}

/**
 * What the caller's own words must give way to: the limit of the answer, which the gateway may have lowered, and words
 * that providers of this dialect do not agree on. All else stays as the caller said it, since that may hold more.
 */
function respelled({ parameters }: ModelRequest, fields: JsonObject): JsonObject {
  const { max_tokens, max_completion_tokens, tool_choice } = fields;
  return {
    ...(max_tokens !== undefined && { max_tokens }),
    ...(max_completion_tokens !== undefined && { max_completion_tokens }),
    ...(parameters.toolChoice?.type === 'required' && { tool_choice }),
  };
}

/**
 * An answer is asked for as a stream, with its usage, which is shown only to a caller who asked; and whole where the
 * provider cannot stream this one.
 */
function streaming({ dialect, body, parameters }: ModelRequest, differences: OpenaiChatDifferences): JsonObject {
  const { tools = [], legacyFunctions } = parameters;
  if (differences.streamsTools === false && (tools.length > 0 || legacyFunctions)) return { stream: false };
  if (differences.streamOptions === false) return { stream: true };
  const given = dialect === dialectName ? body.stream_options : undefined;
  return { stream: true, stream_options: { ...(isObject(given) ? withoutNulls(given) : {}), include_usage: true } };
}
