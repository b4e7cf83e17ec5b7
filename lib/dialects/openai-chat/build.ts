import { isObject, type JsonObject, withoutNulls } from '../../stream/json.ts';
import type { ModelRequest } from '../../stream/request.ts';
import type { BuildOptions, BuiltRequest } from '../dialect.ts';
import { mapParameters, withMembers } from '../map-parameters.ts';
import { buildMessages } from './build-messages.ts';
import { parameterWriters } from './build-parameters.ts';
import { passthroughMessages, passthroughTools } from './passthrough-messages.ts';
import type { OpenaiChatQuirks } from './quirks.ts';
import { dialectName } from './wire.ts';

/** The body to send: the client's own where it is in this dialect, else one made from the vocabulary. */
export function build(request: ModelRequest, model: string, quirks: OpenaiChatQuirks, options: BuildOptions = {}): BuiltRequest {
  const { reasoningFields = [], whole = false, members } = options;
  const writers = parameterWriters(quirks);
  if (request.dialect !== dialectName) {
    const { fields, dropped } = mapParameters(request, writers);
    const messages = buildMessages(request, reasoningFields);
    return { body: withMembers({ model, messages, ...streaming(request, quirks, whole), ...fields }, members), dropped };
  }
  // Unknown members pass unchanged.
  const { fields, dropped } = mapParameters({ ...request, unknown: [] }, writers);
  const { tools, ...body } = request.body;
  const left = new Set(['max_tokens', 'max_completion_tokens', 'stream_options', ...dropped]);
  return {
    body: withMembers(
      {
        ...Object.fromEntries(Object.entries(body).filter(([name]) => !left.has(name))),
        ...respelled(request, fields),
        ...(Array.isArray(tools) && tools.length > 0 && { tools: passthroughTools(tools, options) }),
        model,
        messages: passthroughMessages(request.body.messages, options),
        ...streaming(request, quirks, whole),
      },
      members,
    ),
    dropped,
  };
}

/** As `ProviderDialect.spell`. */
export function spell(request: ModelRequest, quirks: OpenaiChatQuirks): JsonObject {
  const { fields } = mapParameters({ ...request, unknown: [] }, parameterWriters(quirks));
  return { messages: buildMessages(request, ['reasoning_content', 'reasoning_details']), ...fields };
}

/**
 * Members that replace the client's own: the output limit, which the gateway may have lowered, and values that providers
 * of this dialect spell differently. Everything else stays as the client sent it, because it may contain more.
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
 * An answer is requested as a stream, with its usage, which is shown only to a client that asked; and whole where the
 * target can't stream this one.
 */
function streaming({ dialect, body }: ModelRequest, quirks: OpenaiChatQuirks, whole: boolean): JsonObject {
  if (whole) return { stream: false };
  if (quirks.streamOptions === false) return { stream: true };
  const clientOptions = dialect === dialectName ? body.stream_options : undefined;
  return {
    stream: true,
    stream_options: { ...(isObject(clientOptions) ? withoutNulls(clientOptions) : {}), include_usage: true },
  };
}
