import { isObject, type JsonObject, withoutNulls } from '../../stream/json.ts';
import type { ModelRequest } from '../../stream/request.ts';
import type { BuiltRequest } from '../dialect.ts';
import { mapParameters } from '../map-parameters.ts';
import { buildMessages } from './build-messages.ts';
import { parameterWriters } from './build-parameters.ts';
import { passthroughMessages } from './passthrough-messages.ts';
import type { OpenaiChatQuirks } from './quirks.ts';
import { dialectName } from './wire.ts';

/** The body to send: the client's own body if it is in this dialect, otherwise one built from the vocabulary. */
export function build(request: ModelRequest, model: string, quirks: OpenaiChatQuirks): BuiltRequest {
  const writers = parameterWriters(quirks);
  if (request.dialect !== dialectName) {
    const { fields, dropped } = mapParameters(request, writers);
    const messages = buildMessages(request.messages, quirks);
    return { body: { model, messages, ...streaming(request, quirks), ...fields }, dropped };
  }
  // Unknown members pass unchanged.
  const { fields, dropped } = mapParameters({ ...request, unknown: [] }, writers);
  const forbidden = (quirks.forbids ?? []).filter((name) => name in request.body && !dropped.includes(name));
  const left = new Set(['max_tokens', 'max_completion_tokens', 'stream_options', ...dropped, ...forbidden]);
  return {
    body: {
      ...Object.fromEntries(Object.entries(request.body).filter(([name]) => !left.has(name))),
      ...respelled(request, fields),
      model,
      messages: [...passthroughMessages(request.body.messages, quirks), ...buildMessages(request.appended ?? [], quirks)],
      ...streaming(request, quirks),
    },
    dropped: [...dropped, ...forbidden],
  };
}

/**
 * The members that replace the client's own: the output limit, which Sluice may have lowered, and values on which
 * providers of this dialect differ. Everything else stays as the client wrote it, because the client's form may hold
 * more.
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
 * Requests a stream with usage, which only a client that asked for it will see. Requests a whole answer if the
 * provider can't stream this one.
 */
function streaming({ dialect, body, parameters }: ModelRequest, quirks: OpenaiChatQuirks): JsonObject {
  const { tools = [], legacyFunctions } = parameters;
  if (quirks.streamsTools === false && (tools.length > 0 || legacyFunctions)) return { stream: false };
  if (quirks.streamOptions === false) return { stream: true };
  const clientOptions = dialect === dialectName ? body.stream_options : undefined;
  return {
    stream: true,
    stream_options: { ...(isObject(clientOptions) ? withoutNulls(clientOptions) : {}), include_usage: true },
  };
}
