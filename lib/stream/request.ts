import type { Json, JsonObject } from './json.ts';

/**
 * A client's request, independent of its dialect. Each dialect parses its bodies into this type and builds its bodies
 * from it. If client and provider use the same dialect, the builder starts from `body`, so that fields it doesn't
 * know pass through unchanged.
 */
export interface ModelRequest {
  /** The client's dialect. */
  readonly dialect: string;
  /** The client's body without its null members, because null for an optional parameter means absent. */
  readonly body: JsonObject;
  /** The model name as the client wrote it. */
  readonly model: string;
  readonly stream: boolean;
  readonly messages: readonly Message[];
  /** The last of `messages` that Sluice added to continue a broken answer. They are not in `body`. */
  readonly appended?: readonly Message[];
  /**
   * If the client sent several prompts at once: the turns of each of the others, which Sluice sends one after
   * another.
   */
  readonly furtherPrompts?: readonly (readonly Message[])[];
  readonly parameters: Parameters;
  /** The client's spelling of each parameter that it set, for error messages and `x-sluice-dropped`. */
  readonly spelling: Partial<Record<keyof Parameters, string>>;
  /** Top-level keys of the body that the client's dialect doesn't know. */
  readonly unknown: readonly string[];
  /** The client requested usage in the stream. */
  readonly showUsage: boolean;
}

/**
 * One turn. Tool results are parts of a user turn. System turns stay where the client put them. A dialect with a
 * single place for system text joins them in order.
 */
export interface Message {
  role: 'system' | 'user' | 'assistant';
  content: Part[];
}

/** A piece of a turn. `field` is its path in the client's body, for errors: `messages[1].content[0]`. */
export type Part = { field: string; cache?: CacheMark } & (
  | { type: 'text'; text: string }
  | { type: 'image'; source: Source }
  | { type: 'document'; source: Source; name?: string }
  /** `custom` is a call of a custom tool. Its one argument stands in `json` as `{"input": …}`. */
  | { type: 'tool-call'; id: string; name: string; json: string; custom?: true }
  | { type: 'tool-result'; id: string; content: Part[]; failed?: true; custom?: true }
  | { type: 'reasoning'; text: string; signature?: string }
  | { type: 'redacted-reasoning'; data: string }
  /** Something that only the client's dialect supports. Across dialects this is a 400 that names `field`. */
  | { type: 'passthrough'; value: Json }
);

/** Bytes in the request (base64), text, or a URL. Sluice passes URLs on and never fetches them. */
export type Source =
  | { kind: 'base64'; mediaType: string; data: string }
  | { kind: 'text'; text: string }
  | { kind: 'url'; url: string };

/** The provider may cache the prompt up to here. */
export interface CacheMark {
  ttl?: '5m' | '1h';
}

/** Everything besides the conversation. An absent parameter was not set. */
export interface Parameters {
  maxOutputTokens?: number;
  temperature?: number;
  topP?: number;
  topK?: number;
  stop?: string[];
  frequencyPenalty?: number;
  presencePenalty?: number;
  logitBias?: Record<string, number>;
  seed?: number;
  tools?: Tool[];
  toolChoice?: ToolChoice;
  parallelToolCalls?: boolean;
  reasoning?: Reasoning;
  responseFormat?: ResponseFormat;
  /** More than one answer (`n`). Only set above 1. */
  choices?: number;
  /** Log probabilities. `top` is the number of alternatives. */
  logprobs?: { top?: number };
  /** Outputs other than text, and their settings. */
  modalities?: Json;
  /** A web search by the provider itself, as in OpenAI's `web_search_options`. */
  webSearch?: Json;
  /** OpenAI's functions of 2023, from before tools. Only their own dialect carries them. */
  legacyFunctions?: Json;
  /** Parameters that only text completions have, in their own spelling: `suffix`, `echo`, their `logprobs`. */
  textCompletion?: JsonObject;
  /** Prediction Guard's checks of the prompt and of the answer. They are safety settings, so they are never dropped. */
  inputChecks?: Json;
  outputChecks?: Json;
  /** Bedrock's guardrail for the prompt and the answer. This is also a safety setting, and only Bedrock supports it. */
  guardrail?: Json;
  user?: string;
  metadata?: JsonObject;
  store?: boolean;
  cacheKey?: string;
  verbosity?: string;
  serviceTier?: string;
  includeThinking?: boolean;
}

/**
 * A function the model may call. `custom` is a tool of OpenAI's that takes free text (Codex's `apply_patch`), and
 * `passthrough` a tool of another kind; both are in the client's own format.
 */
export type Tool = { field: string; cache?: CacheMark } & (
  | { type: 'function'; name: string; description?: string; schema: JsonObject; strict?: boolean }
  | { type: 'custom'; name: string; description?: string; value: JsonObject }
  | { type: 'passthrough'; value: Json }
);

/** `required` means at least one call of any tool (Anthropic and Empower `any`). */
export type ToolChoice =
  | { type: 'auto' | 'none' | 'required' }
  | { type: 'tool'; name: string; custom?: true }
  | { type: 'passthrough'; value: Json };

/** How much the model may think first: off, an effort level, or a token budget. */
export interface Reasoning {
  enabled: boolean;
  effort?: 'minimal' | 'low' | 'medium' | 'high' | 'xhigh' | 'max';
  budgetTokens?: number;
  /** The model itself decides how much to think in each turn (Claude's adaptive thinking). */
  adaptive?: true;
  /** Only an effort was given, which by itself doesn't turn thinking on (Anthropic's `output_config.effort`). */
  effortOnly?: true;
  /** The client wants no text of the reasoning, only what it needs to send it back. */
  display?: 'omitted';
}

export type ResponseFormat =
  | { type: 'json-object' }
  | { type: 'json-schema'; name: string; description?: string; schema: JsonObject; strict?: boolean };
