import { isObject, type Json, type JsonObject } from '../../stream/json.ts';
import type { ModelRequest } from '../../stream/request.ts';
import type { BuiltRequest } from '../dialect.ts';
import { mapParameters } from '../map-parameters.ts';
import { buildInput } from './build-input.ts';
import { included, parameterWriters } from './build-parameters.ts';
import { isEncryptedReasoning } from './encrypted-reasoning.ts';
import { dialectName } from './wire.ts';

/**
 * The body to send: the client's own body if it is in this dialect, otherwise one built from the vocabulary. Never
 * stores the response.
 */
export function build(request: ModelRequest, model: string): BuiltRequest {
  if (request.dialect !== dialectName) {
    const { fields, dropped } = mapParameters(request, parameterWriters);
    const include = included(request.parameters);
    const input = buildInput(request);
    return { body: { model, input, stream: true, store: false, ...fields, ...(include.length > 0 && { include }) }, dropped };
  }
  const maxOutputTokens = request.parameters.maxOutputTokens;
  return {
    body: {
      ...request.body,
      ...(maxOutputTokens !== undefined && { max_output_tokens: maxOutputTokens }),
      model,
      input: ownInput(request.body.input),
      stream: true,
      store: false,
    },
    dropped: [],
  };
}

/** As `ProviderDialect.spell`. */
export function spell(request: ModelRequest): JsonObject {
  const { fields } = mapParameters({ ...request, unknown: [] }, parameterWriters);
  const [first, ...others] = request.messages;
  const isInstructions = first?.role === 'system' && first.content.every(({ field }) => field === 'instructions');
  const text = isInstructions ? first.content.map((part) => (part.type === 'text' ? part.text : '')).join('\n\n') : '';
  return {
    ...(isInstructions && { instructions: text }),
    input: buildInput(isInstructions ? { ...request, messages: others } : request),
    ...fields,
  };
}

/**
 * The client's own items without reasoning from models of another dialect, because no other provider can read our
 * encryption. A call without arguments gets `{}`, because OpenAI rejects empty arguments.
 */
function ownInput(input: Json | undefined): Json[] {
  if (!Array.isArray(input)) return [{ role: 'user', content: input ?? '' } satisfies JsonObject];
  return input.flatMap((item): Json[] => {
    if (!isObject(item)) return [item];
    if (item.type === 'reasoning' && isEncryptedReasoning(item.encrypted_content)) return [];
    return [isBlankCall(item) ? { ...item, arguments: '{}' } : item];
  });
}

function isBlankCall({ type, arguments: json }: JsonObject): boolean {
  return type === 'function_call' && (json === undefined || json === null || (typeof json === 'string' && json.trim() === ''));
}
