/** The types of the console's API. The server and the page import them. */

/** A model that a key may use. */
export interface ModelInfo {
  readonly name: string;
  /** Its group in the list. */
  readonly provider: string;
  /** The targets of an alias, in order. */
  readonly targets?: readonly string[];
  /** The price of a million tokens at the first target, in US dollars. */
  readonly usdPerMillion?: {
    readonly input: number;
    readonly output: number;
    /** Above this many input tokens the model has other prices. */
    readonly maxInput?: number;
  };
  /** The maximum number of tokens in a prompt and its answer. */
  readonly contextTokens?: number;
}

/** One call at one target. Times are milliseconds. */
export interface TrafficAttempt {
  readonly provider: string;
  readonly model: string;
  readonly error?: string;
  readonly status?: number;
  readonly ms?: number;
  /** Its start, since the request arrived. */
  readonly started_ms?: number;
}

/** A finished request, in the access log's fields. They hold no prompt and no answer. */
export interface TrafficEntry {
  /** Grows by one with each request. */
  readonly seq: number;
  readonly ts: string;
  readonly request_id: string;
  readonly outcome: string;
  readonly status: number;
  readonly total_ms: number;
  readonly key_id?: string;
  readonly client?: string;
  readonly dialect?: string;
  readonly route?: string;
  readonly stream?: boolean;
  readonly alias?: string;
  readonly provider?: string;
  readonly upstream_model?: string;
  readonly attempts?: readonly TrafficAttempt[];
  readonly fault_source?: string;
  readonly error?: string;
  readonly finish_reason?: string;
  readonly ttft_ms?: number;
  readonly input_tokens?: number;
  readonly output_tokens?: number;
  readonly cost_usd?: number;
}

export interface TrafficPage {
  /** The `seq` of the newest request, for the next `?after=`. */
  readonly last: number;
  readonly requests: readonly TrafficEntry[];
}

export interface ProviderStatus {
  readonly name: string;
  /** Its base URL. Absent for an embedded provider. */
  readonly address?: string;
  /** It answered with any status. */
  readonly reachable: boolean;
  readonly ms?: number;
  /** Why it is not reachable. */
  readonly problem?: string;
  /** The variable or secret that holds its key. `isSet` is known only for a variable. */
  readonly key?: { readonly name: string; readonly isSet?: boolean };
}

export interface StatusReport {
  readonly version: string;
  readonly configuration: string;
  readonly uptimeMs: number;
  /** The number of client keys. A server without keys serves only its own machine. */
  readonly clientKeys: number;
  readonly providers: readonly ProviderStatus[];
  /** Providers that are not enabled, each with the variable that enables it. */
  readonly available: readonly { readonly name: string; readonly variable: string }[];
}
