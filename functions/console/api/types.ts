/** What the console's server tells its page. Types only: both sides import them. */

/** What is known of a model that a key may use. */
export interface ModelInfo {
  readonly name: string;
  /** The group that it is listed under. */
  readonly provider: string;
  /** For an alias, where its requests go, in order. */
  readonly targets?: readonly string[];
  /** What a million tokens cost at the first target, in US dollars. */
  readonly usdPerMillion?: { readonly input: number; readonly output: number };
  /** The most tokens of a prompt and its answer. */
  readonly contextTokens?: number;
}

/** One call at one target. Times are milliseconds. */
export interface TrafficAttempt {
  readonly provider: string;
  readonly model: string;
  readonly error?: string;
  readonly status?: number;
  readonly ms?: number;
  /** When it began, from the request's arrival. */
  readonly started_ms?: number;
}

/** A request that is over, in the access log's own fields. No prompt and no answer is among them. */
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
  /** The `seq` of the newest request; what comes later is asked for with `?after=`. */
  readonly last: number;
  readonly requests: readonly TrafficEntry[];
}

export interface ProviderStatus {
  readonly name: string;
  /** Where its requests go; nothing for one of this process. */
  readonly address?: string;
  /** It answered, with whatever status. */
  readonly reachable: boolean;
  readonly ms?: number;
  /** Why it is not reachable. */
  readonly problem?: string;
  /** The variable or secret of its key; a variable is looked for, a secret is not. */
  readonly key?: { readonly name: string; readonly isSet?: boolean };
}

export interface StatusReport {
  readonly version: string;
  readonly configuration: string;
  readonly uptimeMs: number;
  /** How many client keys there are; 0 on a server that serves its own machine without keys. */
  readonly clientKeys: number;
  readonly providers: readonly ProviderStatus[];
  /** Providers that are not enabled, each with the variable that enables it. */
  readonly available: readonly { readonly name: string; readonly variable: string }[];
}
