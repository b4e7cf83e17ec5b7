import type { ProviderDialect } from '../dialects/dialect.ts';
import type { Requirements } from '../models/requirements.ts';
import type { Timeouts } from '../policy/deadlines.ts';
import type { JsonObject } from '../stream/json.ts';
import type { Frames } from '../wire/frame.ts';

/** One API of a provider: a dialect, and how to send a body in it. */
export interface UpstreamApi {
  readonly dialect: ProviderDialect;
  /**
   * Sends one request, once. Resolves with the frames of the response when the provider has accepted it. Reading them
   * throws `upstream_cut` when the connection is lost. Throws a SluiceError if the provider rejects the request or
   * can't be reached. When `signal` aborts, the connection closes at once and every pending call throws the signal's
   * reason.
   */
  open(call: UpstreamRequest): Promise<Frames>;
  /**
   * The number of tokens in a prompt, counted by the provider itself. Missing if it can't count. The body was built
   * by `dialect`. Throws like `open`.
   */
  countTokens?(call: UpstreamRequest): Promise<number>;
}

/** A provider of models. */
export interface Provider {
  /** The name in the configuration: the part before the first `/` of a target. */
  readonly name: string;
  /** The preset that it is, or its kind: what is known of such servers goes by this name. Absent: its own name. */
  readonly preset?: string;
  /** What the operator knows of this provider. */
  readonly rules?: Requirements;
  /** The best API of this model for a client of this dialect. Its code is loaded on first use. */
  apiFor(clientDialect: string, model: string): UpstreamApi | Promise<UpstreamApi>;
  /** Loads the code of this provider and starts to read its key, without waiting for it. Missing if it has neither. */
  prepare?(): Promise<void>;
  /** Like `refresh` of a key source. Missing if requests have no key. */
  refreshKey?(since: number): Promise<boolean>;
  /** The models that the provider lists for this key. Missing if it has no such list. Throws a SluiceError. */
  listModels?(signal: AbortSignal): Promise<string[]>;
  /** Its own defaults, where the usual ones do not suit it. What the operator sets wins. */
  readonly timeouts?: Partial<Timeouts>;
}

/** A provider whose code is loaded, with its default API. */
export interface LoadedProvider extends UpstreamApi {
  listModels?(signal: AbortSignal): Promise<string[]>;
  /**
   * For a provider with several APIs, such as Bedrock with its own API and those of its models. Without it, the
   * default API is always used.
   */
  apiFor?(clientDialect: string, model: string): UpstreamApi;
}

export interface UpstreamRequest {
  readonly model: string;
  readonly body: JsonObject;
  /** The answer is requested in one piece, where that is another operation. */
  readonly whole?: true;
  readonly headers?: Record<string, string>;
  readonly signal: AbortSignal;
  /**
   * Called once connected (at once for a reused connection), so that policy can time the connection phase separately.
   */
  readonly onConnected: () => void;
}
