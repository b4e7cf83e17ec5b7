import type { Json, JsonObject } from './json.ts';

/**
 * What a caller asks, free of its dialect. Each dialect parses its bodies into this and builds its bodies from it.
 * Where caller and provider speak one dialect, the builder starts from `body`, so that every field it does not know
 * goes on as it came.
 */
export interface ModelRequest {
  /** The caller's dialect. */
  readonly dialect: string;
  /** The caller's body as it came, less members that are null: null for an optional parameter is absence. */
  readonly body: JsonObject;
  /** The model's name as the caller wrote it. */
  readonly model: string;
  readonly stream: boolean;
  readonly messages: readonly Message[];
  /** The last of `messages`, where they are our own and not in `body`: an answer that broke off is asked to go on. */
  readonly appended?: readonly Message[];
  /** Where the caller asks several things at once: the turns of each of the others, to be answered one after another. */
  readonly furtherPrompts?: readonly (readonly Message[])[];
  readonly parameters: Parameters;
  /** How the caller spelled each parameter that it set, for error messages and `x-sluice-dropped`. */
  readonly spelling: Partial<Record<keyof Parameters, string>>;
  /** Top-level keys of the body that the caller's dialect does not know. */
  readonly unknown: readonly string[];
  /** The caller asked to be shown usage in the stream. */
  readonly showUsage: boolean;
}

/**
 * One turn. Tool results are parts of a user turn. System turns stand where the caller put them; a dialect that has
 * one place for them joins them in order.
 */
export interface Message {
  role: 'system' | 'user' | 'assistant';
  content: Part[];
}

/** A piece of a turn. `field` is its path in the caller's body, for errors: `messages[1].content[0]`. */
export type Part = { field: string; cache?: CacheMark } & (
  | { type: 'text'; text: string }
  | { type: 'image'; source: Source }
  | { type: 'document'; source: Source; name?: string }
  | { type: 'tool-call'; id: string; name: string; json: string }
  | { type: 'tool-result'; id: string; content: Part[]; failed?: true }
  | { type: 'reasoning'; text: string; signature?: string }
  | { type: 'redacted-reasoning'; data: string }
  /** Something that only the caller's dialect can say; across dialects a 400 that names `field`. */
  | { type: 'passthrough'; value: Json }
);

/** Bytes given in the request (base64), text, or a URL, which we pass on and never fetch. */
export type Source =
  | { kind: 'base64'; mediaType: string; data: string }
  | { kind: 'text'; text: string }
  | { kind: 'url'; url: string };

/** The provider may keep the prompt up to here for the next call. */
export interface CacheMark {
  ttl?: '5m' | '1h';
}

/** Everything beside the conversation. What is absent was not asked for. */
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
  /** More than one answer: `n`, only when above 1. */
  choices?: number;
  /** Log probabilities asked for; `top` is how many alternatives. */
  logprobs?: { top?: number };
  /** Outputs other than text, and their settings. */
  modalities?: Json;
  /** A search of the web by the provider itself, as OpenAI's `web_search_options` asks for it. */
  webSearch?: Json;
  /** Functions in OpenAI's form of 2023, before tools; only their own dialect carries them. */
  legacyFunctions?: Json;
  /** What only text completions can say, in their own spelling: `suffix`, `echo`, their `logprobs`. */
  textCompletion?: JsonObject;
  /** Prediction Guard's checks of the prompt and of the answer: safety settings, never dropped. */
  inputChecks?: Json;
  outputChecks?: Json;
  /** Bedrock's guardrail to put the prompt and the answer through: a safety setting too, which only Bedrock can keep. */
  guardrail?: Json;
  user?: string;
  metadata?: JsonObject;
  store?: boolean;
  cacheKey?: string;
  verbosity?: string;
  serviceTier?: string;
  includeThinking?: boolean;
}

/** A function the model may call. `passthrough` is a tool of another kind, in the caller's own form. */
export type Tool = { field: string; cache?: CacheMark } & (
  | { type: 'function'; name: string; description?: string; schema: JsonObject; strict?: boolean }
  | { type: 'passthrough'; value: Json }
);

/** `required` is any tool, at least one (Anthropic and Empower `any`). */
export type ToolChoice =
  | { type: 'auto' | 'none' | 'required' }
  | { type: 'tool'; name: string }
  | { type: 'passthrough'; value: Json };

/** How much the model may think first: off, by a word, or by a budget of tokens. */
export interface Reasoning {
  enabled: boolean;
  effort?: 'minimal' | 'low' | 'medium' | 'high' | 'xhigh' | 'max';
  budgetTokens?: number;
}

export type ResponseFormat =
  | { type: 'json-object' }
  | { type: 'json-schema'; name: string; description?: string; schema: JsonObject; strict?: boolean };
