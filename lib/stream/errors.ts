import type { JsonObject } from './json.ts';

/** Where another attempt may help: at the same target, only at another target, or nowhere. */
export type Retry = 'same' | 'next' | 'never';

/** The category of a failed request in the access log. */
export type FaultSource = 'client' | 'upstream' | 'gateway' | 'deadline' | 'rejected';

/**
 * Every way in which a request can fail, with one name per cause. The name is the `kind` here, the `code` in the
 * error body and the `outcome` in the log. `status` is the HTTP status before the first byte. A dialect may use
 * another status.
 */
export const errorKinds = {
  // The client's request.
  invalid_request: { status: 400, retry: 'never', faultSource: 'client' },
  unsupported_parameter: { status: 400, retry: 'next', faultSource: 'client' },
  context_length_exceeded: { status: 400, retry: 'next', faultSource: 'client' },
  content_filter: { status: 400, retry: 'never', faultSource: 'client' },
  invalid_api_key: { status: 401, retry: 'never', faultSource: 'rejected' },
  model_not_allowed: { status: 403, retry: 'never', faultSource: 'rejected' },
  origin_not_allowed: { status: 403, retry: 'never', faultSource: 'rejected' },
  model_not_found: { status: 404, retry: 'never', faultSource: 'client' },
  route_not_found: { status: 404, retry: 'never', faultSource: 'client' },
  stream_not_found: { status: 404, retry: 'never', faultSource: 'client' },
  method_not_allowed: { status: 405, retry: 'never', faultSource: 'client' },
  /** A client requests a canceled answer. SDKs retry a 409, so the status is 410. */
  stream_cancelled: { status: 410, retry: 'never', faultSource: 'client' },
  request_too_large: { status: 413, retry: 'never', faultSource: 'client' },
  unsupported_encoding: { status: 415, retry: 'never', faultSource: 'client' },
  idempotency_key_reused: { status: 422, retry: 'never', faultSource: 'client' },
  insufficient_quota: { status: 429, retry: 'never', faultSource: 'rejected' },
  rate_limit_exceeded: { status: 429, retry: 'next', faultSource: 'upstream' },
  key_rate_limit_exceeded: { status: 429, retry: 'never', faultSource: 'rejected' },
  key_budget_exceeded: { status: 429, retry: 'never', faultSource: 'rejected' },
  client_closed: { status: 499, retry: 'never', faultSource: 'client' },
  // The provider, before its response.
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
  // The provider, during its response.
  upstream_empty: { status: 502, retry: 'next', faultSource: 'upstream' },
  upstream_cut: { status: 502, retry: 'same', faultSource: 'upstream' },
  upstream_stalled: { status: 504, retry: 'next', faultSource: 'upstream' },
  upstream_protocol_error: { status: 502, retry: 'next', faultSource: 'upstream' },
  upstream_missing_finish: { status: 502, retry: 'next', faultSource: 'upstream' },
  // The gateway.
  stream_deadline: { status: 504, retry: 'never', faultSource: 'deadline' },
  /** Another attempt had content first. Never sent to a client. */
  superseded: { status: 500, retry: 'never', faultSource: 'gateway' },
  keys_unavailable: { status: 503, retry: 'never', faultSource: 'gateway' },
  limits_unavailable: { status: 503, retry: 'never', faultSource: 'gateway' },
  /** The process that produced a durable stream died. */
  producer_lost: { status: 502, retry: 'never', faultSource: 'gateway' },
  streams_unavailable: { status: 503, retry: 'never', faultSource: 'gateway' },
  gateway_error: { status: 500, retry: 'never', faultSource: 'gateway' },
} as const satisfies Record<string, { status: number; retry: Retry; faultSource: FaultSource }>;

export type ErrorKind = keyof typeof errorKinds;

/** What an error carries besides its kind and message. */
export interface ErrorDetails {
  /** The message for clients of a deployed gateway, if `message` contains what only the operator may know. */
  publicMessage?: string;
  /** The request field at fault, in the client's spelling: `messages[0].role`. */
  param?: string;
  /** Anthropic's `error.details`, by which its SDKs decide what to do. */
  details?: JsonObject;
  /** The wait that the provider requested, in milliseconds. */
  retryAfterMs?: number;
  /** The provider's status and error body, for a client of the same dialect. */
  upstream?: { status?: number; body?: JsonObject };
  /** The underlying error. For the log, never for the client. */
  cause?: unknown;
}

/**
 * The only error that crosses module borders. `message` is for the client. It has one or two sentences about what
 * failed and what to do, uses the provider's message if there is one, and never contains a secret or a stack.
 */
export class SluiceError extends Error {
  override readonly name = 'SluiceError';
  readonly kind: ErrorKind;
  readonly publicMessage: string | undefined;
  readonly param: string | undefined;
  readonly details: JsonObject | undefined;
  readonly retryAfterMs: number | undefined;
  readonly upstream: ErrorDetails['upstream'];

  constructor(kind: ErrorKind, message: string, details: ErrorDetails = {}) {
    super(message, { cause: details.cause });
    this.kind = kind;
    this.publicMessage = details.publicMessage;
    this.param = details.param;
    this.details = details.details;
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

/**
 * Converts any thrown value to a SluiceError. An unexpected value becomes `gateway_error`, and the client sees none
 * of its details.
 */
export function toSluiceError(thrown: unknown): SluiceError {
  if (thrown instanceof SluiceError) return thrown;
  return new SluiceError('gateway_error', 'The gateway failed while handling this request.', { cause: thrown });
}
