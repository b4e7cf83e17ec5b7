import { SluiceError } from '../stream/errors.ts';

/** The provider, the model and the requested name. */
export interface AskedTarget {
  readonly provider: string;
  /** The provider's name for the model, and the client's. */
  readonly model: string;
  readonly requested: string;
  /** Existing names that resemble the model. */
  readonly similar?: (() => readonly string[]) | undefined;
}

/**
 * A provider's error with the names that its message lacks. A client can't tell otherwise that a refused key is the
 * gateway's and not its own, or which model doesn't exist where.
 */
export function nameTarget(error: SluiceError, { provider, model, requested, similar }: AskedTarget): SluiceError {
  const status = error.upstream?.status;
  if (status === undefined) return error;
  const { message, kind } = error;
  if (kind === 'provider_auth_error') {
    return renamed(error, `The provider \`${provider}\` refused the gateway's own key, not yours (status ${status}): ${message}`);
  }
  if (kind === 'provider_model_not_found') {
    const via = requested === model || requested === `${provider}/${model}` ? '' : ` that \`${requested}\` leads to`;
    return renamed(
      error,
      `The provider \`${provider}\` has no model \`${model}\`${via}: ${withSuggestion(message, similar?.() ?? [])}`,
    );
  }
  return error;
}

function withSuggestion(message: string, names: readonly string[]): string {
  if (names.length === 0) return message;
  const sentence = /[.!?]$/.test(message) ? message : `${message}.`;
  return `${sentence} Did you mean ${names.map((name) => `\`${name}\``).join(' or ')}?`;
}

function renamed(error: SluiceError, message: string): SluiceError {
  const { kind, param, retryAfterMs, upstream, cause } = error;
  return new SluiceError(kind, message, {
    ...(param !== undefined && { param }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(upstream && { upstream }),
    cause,
  });
}
