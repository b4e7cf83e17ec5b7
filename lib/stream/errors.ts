import type { JsonObject } from './json.ts';

/** When another attempt may help: at the same target once more, only at another one, or nowhere. */
export type Retry = 'same' | 'next' | 'never';

/** What the access log calls a request that ended so. */
export type FaultSource = 'client' | 'upstream' | 'gateway' | 'deadline' | 'rejected';

/**
 * Every way a request can fail. One word for each cause: it is the `kind` here, the `code` on the wire and the
 * `outcome` in the log. `status` is the HTTP status before the first byte; a dialect may have a number of its own.
 */
export const errorKinds = {
  // The caller's request.
  invalid_request: { status: 400, retry: 'never', faultSource: 'client' },
  unsupported_parameter: { status: 400, retry: 'next', faultSource: 'client' },
  context_length_exceeded: { status: 400, retry: 'next', faultSource: 'client' },
  content_filter: { status: 400, retry: 'never', faultSource: 'client' },
  invalid_api_key: { status: 401, retry: 'never', faultSource: 'rejected' },
  model_not_allowed: { status: 403, retry: 'never', faultSource: 'rejected' },
  origin_not_allowed: { status: 403, retry: 'never', faultSource: 'rejected' },
  model_not_found: { status: 404, retry: 'never', faultSource: 'client' },
  route_not_found: { status: 404, retry: 'never', faultSource: 'client' },
  method_not_allowed: { status: 405, retry: 'never', faultSource: 'client' },
  request_too_large: { status: 413, retry: 'never', faultSource: 'client' },
  unsupported_encoding: { status: 415, retry: 'never', faultSource: 'client' },
  insufficient_quota: { status: 429, retry: 'never', faultSource: 'rejected' },
  rate_limit_exceeded: { status: 429, retry: 'next', faultSource: 'upstream' },
  key_rate_limit_exceeded: { status: 429, retry: 'never', faultSource: 'rejected' },
  key_budget_exceeded: { status: 429, retry: 'never', faultSource: 'rejected' },
  client_closed: { status: 499, retry: 'never', faultSource: 'client' },
  // The provider, before it has answered.
  provider_auth_error: { status: 502, retry: 'next', faultSource: 'upstream' },
  provider_model_not_found: { status: 404, retry: 'next', faultSource: 'upstream' },
  provider_secret_unavailable: { status: 503, retry: 'next', faultSource: 'upstream' },
  upstream_unreachable: { status: 502, retry: 'same', faultSource: 'upstream' },
  upstream_tls_error: { status: 502, retry: 'next', faultSource: 'upstream' },
  upstream_redirect: { status: 502, retry: 'next', faultSource: 'upstream' },
  upstream_error: { status: 502, retry: 'same', faultSource: 'upstream' },
  server_overloaded: { status: 503, retry: 'same', faultSource: 'upstream' },
  connect_timeout: { status: 504, retry: 'next', faultSource: 'upstream' },
  upstream_timeout: { status: 504, retry: 'next', faultSource: 'upstream' },
  // The provider, while it answers.
  upstream_empty: { status: 502, retry: 'next', faultSource: 'upstream' },
  upstream_cut: { status: 502, retry: 'same', faultSource: 'upstream' },
  upstream_stalled: { status: 504, retry: 'next', faultSource: 'upstream' },
  upstream_protocol_error: { status: 502, retry: 'next', faultSource: 'upstream' },
  upstream_missing_finish: { status: 502, retry: 'next', faultSource: 'upstream' },
  // Ours.
  stream_deadline: { status: 504, retry: 'never', faultSource: 'deadline' },
  /** Another attempt spoke first; never shown. */
  superseded: { status: 500, retry: 'never', faultSource: 'gateway' },
  limits_unavailable: { status: 503, retry: 'never', faultSource: 'gateway' },
  gateway_error: { status: 500, retry: 'never', faultSource: 'gateway' },
} as const satisfies Record<string, { status: number; retry: Retry; faultSource: FaultSource }>;

export type ErrorKind = keyof typeof errorKinds;

/** What is known of a failure beside its kind and its sentence. */
export interface ErrorDetails {
  /** The request field at fault, as the caller spelled it: `messages[0].role`. */
  param?: string;
  /** How long the provider asked to wait, in milliseconds. */
  retryAfterMs?: number;
  /** What the provider answered: its status, and its error body for a caller that speaks its dialect. */
  upstream?: { status?: number; body?: JsonObject };
  /** What was thrown below; for the log, never for the caller. */
  cause?: unknown;
}

/**
 * The only error that crosses a module's border. `message` is for the caller: one or two sentences, what failed and
 * what to do, in the provider's wording where there is one, never a secret and never a stack.
 */
export class SluiceError extends Error {
  override readonly name = 'SluiceError';
  readonly kind: ErrorKind;
  readonly param: string | undefined;
  readonly retryAfterMs: number | undefined;
  readonly upstream: ErrorDetails['upstream'];

  constructor(kind: ErrorKind, message: string, details: ErrorDetails = {}) {
    super(message, { cause: details.cause });
    this.kind = kind;
    this.param = details.param;
    this.retryAfterMs = details.retryAfterMs;
    this.upstream = details.upstream;
  }

  get status(): number {
    return errorKinds[this.kind].status;
  }

  get retry(): Retry {
    return errorKinds[this.kind].retry;
  }
}

/** Any thrown value as a SluiceError; what we did not foresee is `gateway_error` and tells the caller nothing of itself. */
export function toSluiceError(thrown: unknown): SluiceError {
  if (thrown instanceof SluiceError) return thrown;
  return new SluiceError('gateway_error', 'The gateway failed while it handled this request.', { cause: thrown });
}
