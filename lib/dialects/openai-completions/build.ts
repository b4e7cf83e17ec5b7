import { isObject, type JsonObject, withoutNulls } from '../../stream/json.ts';
import type { Message, ModelRequest, Part } from '../../stream/request.ts';
import type { BuiltRequest } from '../dialect.ts';
import { mapParameters, type ParameterWriters, unsupported } from '../map-parameters.ts';
import { dialectName } from './wire.ts';

/** How one provider's text completions differ from OpenAI's. Missing members mean no difference. */
export interface OpenaiCompletionsQuirks {
  /** Rejects `stream_options`. */
  readonly streamOptions?: false;
  /** Body members beyond OpenAI's that it accepts: `top_k`, `input`, `output`. */
  readonly accepts?: readonly string[];
}

/** The body to send: the client's own body if it is in this dialect, otherwise one built from the vocabulary. */
export function build(request: ModelRequest, model: string, quirks: OpenaiCompletionsQuirks): BuiltRequest {
  const own = request.dialect === dialectName;
  // Unknown members pass unchanged.
  const { fields, dropped } = mapParameters(own ? { ...request, unknown: [] } : request, parameterWriters(quirks));
  const left = new Set(['stream_options', ...dropped]);
  const clientMembers = own ? Object.entries(request.body).filter(([name]) => !left.has(name)) : [];
  return {
    body: {
      ...Object.fromEntries(clientMembers),
      ...fields,
      model,
      prompt: promptOf(request.messages, own ? '' : '\n\n'),
      stream: true,
      ...streamOptions(own ? request.body : {}, quirks),
    },
    dropped,
  };
}

function parameterWriters({ accepts = [] }: OpenaiCompletionsQuirks): ParameterWriters {
  return {
    maxOutputTokens: (value) => ({ max_tokens: value }),
    temperature: (value) => ({ temperature: value }),
    topP: (value) => ({ top_p: value }),
    topK: (value) => (accepts.includes('top_k') ? { top_k: value } : undefined),
    stop: (value) => ({ stop: value }),
    frequencyPenalty: (value) => ({ frequency_penalty: value }),
    presencePenalty: (value) => ({ presence_penalty: value }),
    logitBias: (value) => ({ logit_bias: value }),
    seed: (value) => ({ seed: value }),
    choices: (value) => ({ n: value }),
    textCompletion: (value) => value,
    inputChecks: (value) => (accepts.includes('input') ? { input: value } : undefined),
    outputChecks: (value) => (accepts.includes('output') ? { output: value } : undefined),
    user: (value) => ({ user: value }),
  };
}

/**
 * All turns as one text for the model to continue. `beforeAnswer` separates an answer from its question. There is no
 * separator where the model itself continued the prompt. Throws `unsupported_parameter` for a part that is not text.
 */
function promptOf(messages: readonly Message[], beforeAnswer: '' | '\n\n'): string {
  return messages.reduce((prompt, { role, content }) => {
    const text = content.map(textOf).join('');
    if (prompt === '' || text === '') return prompt + text;
    return prompt + (role === 'assistant' ? beforeAnswer : '\n\n') + text;
  }, '');
}

function textOf(part: Part): string {
  // The model doesn't need its reasoning of earlier turns.
  if (part.type === 'reasoning' || part.type === 'redacted-reasoning') return '';
  if (part.type !== 'text') throw unsupported(part.field);
  return part.text;
}

/** Always requests usage. Only a client that asked for it will see it. */
function streamOptions({ stream_options: clientOptions }: JsonObject, quirks: OpenaiCompletionsQuirks): JsonObject {
  if (quirks.streamOptions === false) return {};
  return { stream_options: { ...(isObject(clientOptions) ? withoutNulls(clientOptions) : {}), include_usage: true } };
}
