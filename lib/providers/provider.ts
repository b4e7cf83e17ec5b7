import type { ProviderDialect } from '../dialects/dialect.ts';
import type { JsonObject } from '../stream/json.ts';
import type { Frames } from '../wire/frame.ts';

/** One way to ask a provider: a dialect, and how a body in it is sent. */
export interface UpstreamApi {
  readonly dialect: ProviderDialect;
  /**
   * Sends one call, once. Resolves when the provider has accepted it, with the frames of its answer; reading them
   * throws `upstream_cut` when the connection is lost. Throws a SluiceError when it is refused or cannot be reached.
   * When `signal` aborts, the call is closed at once and whatever is being awaited throws the signal's reason.
   */
  open(call: UpstreamRequest): Promise<Frames>;
  /**
   * How many tokens the prompt of a call has, as the provider itself counts; absent where it cannot. The body is one
   * that `dialect` built. Throws as `open` does.
   */
  countTokens?(call: UpstreamRequest): Promise<number>;
}

/** Somewhere that answers. */
export interface Provider {
  /** As the configuration names it: the part before the first `/` of a target. */
  readonly name: string;
  /** How this model is asked best for a caller of this dialect. Where that takes code, it is loaded when first asked. */
  apiFor(callerDialect: string, model: string): UpstreamApi | Promise<UpstreamApi>;
  /** As a key source's `refresh`; absent where calls carry no key. */
  refreshKey?(since: number): Promise<boolean>;
}

/** A provider whose code is there: the way in which it is usually asked. */
export interface LoadedProvider extends UpstreamApi {
  /**
   * As a provider's, where it knows several ways: Bedrock has an API of its own and those of the models that it serves.
   * Where it is left out, always as usual.
   */
  apiFor?(callerDialect: string, model: string): UpstreamApi;
}

export interface UpstreamRequest {
  readonly model: string;
  readonly body: JsonObject;
  readonly headers?: Record<string, string>;
  readonly signal: AbortSignal;
  /** Called when a connection stands (at once where one is reused), so that policy can time connecting by itself. */
  readonly onConnected: () => void;
}
