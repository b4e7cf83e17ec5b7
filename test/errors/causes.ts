import type { ErrorKind } from '../../lib/stream/errors.ts';

/** What an error means for its reader: its one cause, and the fix. */
export interface Cause {
  readonly cause: string;
  readonly remedy: string;
}

/** A sentence for each code; the types see to it that none is missing. */
export const causes: Readonly<Record<ErrorKind, Cause>> = {
  invalid_request: {
    cause:
      'The request does not match the API. It is not JSON, is nested too deep, or a field is missing, has the wrong type or is out of range.',
    remedy: 'Correct the field in `param` and in the message.',
  },
  unsupported_parameter: {
    cause: 'A field would change the response, and no target of the model supports it.',
    remedy: 'Remove the field, or use a model whose provider supports it. See [features](features.md).',
  },
  context_length_exceeded: {
    cause: 'The prompt plus the output limit is longer than the context of every target of the model.',
    remedy: 'Shorten the conversation or lower the output limit, or add a target with a longer context.',
  },
  content_filter: {
    cause: 'The provider rejected the prompt because of its content.',
    remedy: 'Change the prompt. A retry without a change fails again.',
  },
  invalid_api_key: {
    cause:
      'The key is missing, unknown, expired or disabled, the request has two different keys, or the signature does not match the key.',
    remedy: 'Send one key of this gateway in one header. Provider keys are not accepted.',
  },
  model_not_allowed: {
    cause: 'The key is valid but may not use this model.',
    remedy: 'Use a model that `GET /v1/models` lists for the key, or ask the operator to extend its `models`.',
  },
  origin_not_allowed: {
    cause: 'The origin or the host name of the request is not allowed, or the request bypassed CloudFront.',
    remedy: 'Set `SLUICE_KEYS` on a server that other machines use. Call a deployed function through its CloudFront URL.',
  },
  model_not_found: {
    cause: 'No model with this name is configured.',
    remedy: 'Use one of the similar names in the message, or add the model to the configuration.',
  },
  route_not_found: {
    cause: 'The path does not exist, or this model does not support the operation.',
    remedy: 'Check the base URL. Most clients need it with `/v1`, Anthropic and AWS clients without.',
  },
  method_not_allowed: {
    cause: 'The path exists, but not with this HTTP method.',
    remedy: 'Use the method in the message.',
  },
  request_too_large: {
    cause: 'The body is larger than `bodyLimit`, before or after decompression.',
    remedy: 'Send a smaller body, or raise `bodyLimit`. A function URL accepts at most 6 MB.',
  },
  unsupported_encoding: {
    cause: 'Sluice does not support the content-encoding of the body.',
    remedy: 'Send the body uncompressed or as gzip.',
  },
  insufficient_quota: {
    cause: 'The provider account has no balance or quota left.',
    remedy: 'The operator adds balance or quota, or adds a target at another provider.',
  },
  rate_limit_exceeded: {
    cause: 'Every target of the model throttled the request.',
    remedy: 'Wait for the time in `retry-after`.',
  },
  key_rate_limit_exceeded: {
    cause: 'This key has used its requests or tokens of the minute, or has too many requests in progress.',
    remedy: 'Wait for the time in `retry-after`, or ask the operator to raise the `limits` of the key.',
  },
  key_budget_exceeded: {
    cause: 'This key has spent its daily budget.',
    remedy: 'Wait for the next day (UTC), or ask the operator to raise its `dollarsPerDay`.',
  },
  client_closed: {
    cause: 'The client disconnected before the response was complete. This code appears only in the log.',
    remedy: 'Nothing, if the client disconnected on purpose. Otherwise check the timeouts of the client.',
  },
  provider_auth_error: {
    cause: 'The provider rejected the key, the credentials or the permissions of the gateway.',
    remedy: 'The operator renews them. `npm run doctor` shows which ones.',
  },
  provider_model_not_found: {
    cause: 'The provider does not know the model of the target.',
    remedy: 'Use another model, or ask the operator to correct the target.',
  },
  provider_secret_unavailable: {
    cause: 'The provider key is not set, or its secret is unreadable or empty.',
    remedy: 'The operator sets the key. The message says where.',
  },
  upstream_unreachable: {
    cause: 'The gateway could not connect to the provider, or the provider closed the connection before it responded.',
    remedy: 'Try later. The operator checks the address.',
  },
  upstream_tls_error: {
    cause: 'The TLS connection to the provider failed.',
    remedy: 'The operator checks the address and the network path.',
  },
  upstream_redirect: {
    cause: 'The provider responded with a redirect. Sluice does not follow redirects.',
    remedy: 'The operator uses the new address as the base URL.',
  },
  upstream_error: {
    cause: 'The provider reported an internal error, before or during its response.',
    remedy: 'Try later.',
  },
  server_overloaded: {
    cause: 'The provider reported that it is overloaded.',
    remedy: 'Try later, or add a target at another provider.',
  },
  connect_timeout: {
    cause: 'The gateway could not connect to the provider within `timeouts.connect`.',
    remedy: 'Try later. The operator checks the address.',
  },
  upstream_timeout: {
    cause: 'The provider accepted the request but sent no content within `timeouts.firstContent`.',
    remedy: 'Try later. The operator raises this timeout for models that think for a long time.',
  },
  upstream_empty: {
    cause: 'The provider ended its response before any content.',
    remedy: 'Try again.',
  },
  upstream_cut: {
    cause: 'The connection to the provider was lost in the middle of the response.',
    remedy: 'Use the partial response or try again. With `continue: "text"`, the next target continues the response.',
  },
  upstream_stalled: {
    cause: 'The provider sent nothing for longer than `timeouts.idle` in the middle of the response.',
    remedy: 'Use the partial response or try again.',
  },
  upstream_protocol_error: {
    cause: 'The provider sent data that violates its own protocol.',
    remedy: 'Try again. The operator checks the kind and the base URL of the provider.',
  },
  upstream_missing_finish: {
    cause: 'The provider ended the stream without a finish reason, so the response may be incomplete.',
    remedy: 'Use the partial response or try again.',
  },
  stream_deadline: {
    cause: 'The response took longer than `timeouts.total` or than the maximum duration of the function.',
    remedy: 'Request less at a time. A function runs for 15 minutes at most.',
  },
  superseded: {
    cause: 'Another target responded faster to the same request. This code appears only in the log, for the slower attempt.',
    remedy: 'Nothing.',
  },
  keys_unavailable: {
    cause: 'The table of client keys could not be read, so the key could not be checked. Nobody gets in on a guess.',
    remedy: 'Try again in a moment. The operator looks at the table that SLUICE_TABLE names.',
  },
  limits_unavailable: {
    cause: 'The gateway could not check the limits of the key, so it sent no upstream request.',
    remedy: 'Try again in a moment. The operator checks the DynamoDB table.',
  },
  stream_not_found: {
    cause: 'There is no durable stream with this id for this key: unknown, expired, or of another key.',
    remedy: 'Send the original request again.',
  },
  stream_cancelled: {
    cause: 'A request cancelled the durable stream.',
    remedy: 'Send the request again with a new `Idempotency-Key`, if you still want an answer.',
  },
  idempotency_key_reused: {
    cause: 'The `Idempotency-Key` was used for a request with another body.',
    remedy: 'Use a new key for each new request.',
  },
  producer_lost: {
    cause: 'The process that produced a durable stream died before the answer ended.',
    remedy: 'Send the request again. The same `Idempotency-Key` starts a new answer.',
  },
  streams_unavailable: {
    cause: 'The store of durable streams could not be reached.',
    remedy: 'Try again in a moment. A stream can be read again from its last position. The operator looks at the table.',
  },
  gateway_error: {
    cause: 'The gateway itself failed in an unexpected way.',
    remedy: 'Send the request id to the operator. The log has the cause.',
  },
};
