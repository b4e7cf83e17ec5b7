import type { ErrorKind } from '../../lib/stream/errors.ts';

/** What an error means to whoever meets it: the one cause it stands for, and what helps. */
export interface Cause {
  readonly cause: string;
  readonly remedy: string;
}

/** A sentence for each code; the types see to it that none is missing. */
export const causes: Readonly<Record<ErrorKind, Cause>> = {
  invalid_request: {
    cause: 'The request is not one of this API: not JSON, nested too deep, a field missing, of another kind or out of its range.',
    remedy: 'Correct the field that `param` and the message name.',
  },
  unsupported_parameter: {
    cause: 'A field changes what the answer is, and no target of the model can carry it.',
    remedy: 'Leave the field out, or ask a model whose provider knows it: see [features](features.md).',
  },
  context_length_exceeded: {
    cause: 'Prompt and output limit together are longer than any target of the model takes.',
    remedy: 'Shorten the conversation or the limit, or add a target with a longer context.',
  },
  content_filter: {
    cause: 'The provider refused the prompt because of what it says.',
    remedy: 'Change the prompt; asking again changes nothing.',
  },
  invalid_api_key: {
    cause: 'There is no key, an unknown, expired or disabled one, two different ones, or a signature that is not of this key.',
    remedy: 'Send one key of this gateway, not of a provider, in one header.',
  },
  model_not_allowed: {
    cause: 'The key is known and may not use this model.',
    remedy: 'Ask for a model that `GET /v1/models` lists for the key, or have its `models` extended.',
  },
  origin_not_allowed: {
    cause: 'The request comes from a page, by a host name or past a distribution that may not come here.',
    remedy: 'Set `SLUICE_KEYS` for a server that others may use; call a deployed function through its distribution.',
  },
  model_not_found: {
    cause: 'Nothing here is called like this model.',
    remedy: 'Use one of the nearest names that the message lists, or add the model to the configuration.',
  },
  route_not_found: {
    cause: 'There is nothing at this path, or this model has no such operation.',
    remedy: 'Check the base URL: most clients want it with `/v1`, Anthropic’s and AWS’s without.',
  },
  method_not_allowed: {
    cause: 'The path is right and the HTTP method is not.',
    remedy: 'Use the method that the message names.',
  },
  request_too_large: {
    cause: 'The body is longer than `bodyLimit`, as it was sent or once it is decompressed.',
    remedy: 'Send less, or raise `bodyLimit`; a function URL takes 6 MB at most.',
  },
  unsupported_encoding: {
    cause: 'The body is compressed in a way that is not read here.',
    remedy: 'Send it plain or as gzip.',
  },
  insufficient_quota: {
    cause: 'The account at the provider has no money or no quota left.',
    remedy: 'The operator tops it up, or adds a target at another provider.',
  },
  rate_limit_exceeded: {
    cause: 'Every target of the model turned the request away because there were too many.',
    remedy: 'Wait as long as `retry-after` says.',
  },
  key_rate_limit_exceeded: {
    cause: 'This key has used what it may in a minute, or has as many answers open as it may.',
    remedy: 'Wait as long as `retry-after` says, or have the key’s `limits` raised.',
  },
  key_budget_exceeded: {
    cause: 'This key has spent what it may in a day.',
    remedy: 'Wait for the next day (UTC), or have its `dollarsPerDay` raised.',
  },
  client_closed: {
    cause: 'The caller left before the answer was complete. Nobody is told; it stands in the log.',
    remedy: 'Nothing, unless it was not meant: then look at the client’s own timeouts.',
  },
  provider_auth_error: {
    cause: 'The provider refused the gateway’s own key, credentials or permissions.',
    remedy: 'The operator renews them: `npm run doctor` says which.',
  },
  provider_model_not_found: {
    cause: 'The provider does not know the model that the target names.',
    remedy: 'Ask for another model; the operator corrects the target.',
  },
  provider_secret_unavailable: {
    cause: 'The key of the provider is not set, or its secret cannot be read or holds none.',
    remedy: 'The operator sets it: the message says where.',
  },
  upstream_unreachable: {
    cause: 'No connection to the provider came about, or it was closed before any answer.',
    remedy: 'Try later; the operator checks the address.',
  },
  upstream_tls_error: {
    cause: 'The provider’s certificate or TLS was not accepted.',
    remedy: 'The operator checks the address and what stands between.',
  },
  upstream_redirect: {
    cause: 'The provider sent the gateway to another address, and redirects are not followed.',
    remedy: 'The operator sets that address as base URL.',
  },
  upstream_error: {
    cause: 'The provider failed by its own account, before its answer or in the middle of it.',
    remedy: 'Try later.',
  },
  server_overloaded: {
    cause: 'The provider says that it has too much to do.',
    remedy: 'Try later, or add a target at another provider.',
  },
  connect_timeout: {
    cause: 'No connection stood within `timeouts.connect`.',
    remedy: 'Try later; the operator checks the address.',
  },
  upstream_timeout: {
    cause: 'The provider was asked and said nothing of its answer within `timeouts.firstContent`.',
    remedy: 'Try later; the operator raises that limit for models that think for long.',
  },
  upstream_empty: {
    cause: 'The provider’s answer ended before it had begun.',
    remedy: 'Try again.',
  },
  upstream_cut: {
    cause: 'The connection to the provider was lost in the middle of its answer.',
    remedy: 'Keep what came as a part, or try again; `continue: "text"` lets the next target take it up.',
  },
  upstream_stalled: {
    cause: 'The provider fell silent in the middle of its answer, for longer than `timeouts.idle`.',
    remedy: 'Keep what came as a part, or try again.',
  },
  upstream_protocol_error: {
    cause: 'The provider said something that is not of its own protocol.',
    remedy: 'Try again; the operator checks that the kind and the base URL of the provider are right.',
  },
  upstream_missing_finish: {
    cause: 'The provider ended its answer in good order and without saying that it is complete.',
    remedy: 'Keep what came as a part, or try again.',
  },
  stream_deadline: {
    cause: 'The answer as a whole took longer than `timeouts.total`, or than the function may run.',
    remedy: 'Ask for less at a time; a function runs 15 minutes at most.',
  },
  superseded: {
    cause: 'Another target, asked at the same time, was faster. It stands in the log beside that attempt, and nobody is told.',
    remedy: 'Nothing.',
  },
  limits_unavailable: {
    cause: 'The limits of the key could not be looked up, so nothing was asked.',
    remedy: 'Try again in a moment; the operator looks at the table.',
  },
  gateway_error: {
    cause: 'The gateway itself failed, in a way that it did not foresee.',
    remedy: 'Tell the operator the request’s id: the log has the cause.',
  },
};
