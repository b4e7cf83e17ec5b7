import { type ErrorKind, SluiceError } from '../stream/errors.ts';
import type { JsonObject } from '../stream/json.ts';

/** What a provider reported about its failure, in any form. */
export interface UpstreamFailure {
  /** The HTTP status, or the one for the error's own type or code. Missing if unknown. */
  status?: number;
  message?: string;
  /** The provider's own error code: OpenAI `code` or `type`, Anthropic `type`, an AWS exception name. */
  code?: string;
  /** The error body, for a client of the same dialect. */
  body?: JsonObject;
  retryAfterMs?: number;
}

/** Kinds by HTTP status. Other 4xx are the request's fault, other statuses the provider's. */
const kindsByStatus: Record<number, ErrorKind> = {
  401: 'provider_auth_error',
  402: 'provider_auth_error',
  403: 'provider_auth_error',
  404: 'provider_model_not_found',
  408: 'upstream_timeout',
  409: 'upstream_error',
  413: 'request_too_large',
  425: 'upstream_error',
  429: 'rate_limit_exceeded',
  503: 'server_overloaded',
  504: 'upstream_timeout',
  529: 'server_overloaded',
};

/** How providers report that a conversation is longer than the model's context, one line per wording. */
const contextOverflow = new RegExp(
  [
    'context_(length|window)_exceeded|context length|context window', // OpenAI, vLLM, DeepSeek, Mistral, MiniMax, Perplexity
    'prompt is too long|exceed context limit', // Anthropic, Fireworks
    'input is too long|too many total text bytes|input tokens exceed', // Bedrock, its Nova
    'maximum number of tokens allowed', // Gemini
    'maximum prompt length', // xAI
    'reduce the length of the messages', // Groq
    'exceeded model token limit', // Moonshot
    'prompt exceeds max length|\\b1261\\b', // Zhipu
    'available context size', // llama.cpp
    'greater than the context length|prompt too long', // LM Studio, Ollama
    'tokens \\+ `max_new_tokens`', // Together
    'token count of \\d+ exceeds the limit', // GitHub Copilot
    'too many (input )?tokens',
  ].join('|'),
  'i',
);

/**
 * Causes that the status doesn't show. The code decides if there is one, otherwise the message (llama.cpp, vLLM,
 * Bedrock and Gemini have no code).
 */
const kindsByWording: [RegExp, ErrorKind][] = [
  [contextOverflow, 'context_length_exceeded'],
  [/content[_ ]filter|content_policy|content management policy|ResponsibleAIPolicyViolation/i, 'content_filter'],
];

/** The SluiceError for a provider's failure. Keeps its message, status and body. */
export function upstreamFailure(failure: UpstreamFailure): SluiceError {
  const { status, body } = failure;
  const message = failure.message?.trim() || `The provider failed${status ? ` with status ${status}` : ''} and gave no reason.`;
  return new SluiceError(kindOf(failure), message, {
    ...(failure.retryAfterMs !== undefined && { retryAfterMs: failure.retryAfterMs }),
    upstream: { ...(status !== undefined && { status }), ...(body && { body }) },
  });
}

function kindOf({ status, code = '', message = '' }: UpstreamFailure): ErrorKind {
  if (status === undefined || (status >= 400 && status < 500 && status !== 429)) {
    const wording = kindsByWording.find(([pattern]) => pattern.test(code) || pattern.test(message));
    if (wording) return wording[1];
  }
  if (status === undefined) return 'upstream_error';
  if (status >= 300 && status < 400) return 'upstream_redirect';
  return kindsByStatus[status] ?? (status >= 400 && status < 500 ? 'invalid_request' : 'upstream_error');
}
