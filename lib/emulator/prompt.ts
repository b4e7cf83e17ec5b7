import type { JsonObject } from '../stream/json.ts';

/** The prompt for the toy model, for any provider. */
export interface Prompt {
  readonly turns: readonly Turn[];
  readonly tools: readonly Tool[];
  readonly toolChoice: 'auto' | 'none' | 'any' | { readonly name: string };
  /** True if it may call more than one tool in an answer. */
  readonly parallelTools: boolean;
  /** True if it should send reasoning first. */
  readonly reasoning: boolean;
  /** The JSON schema of the answer. `{}` is any object. */
  readonly json?: JsonObject;
  /** The start of the answer, which the client has written and the model continues. */
  readonly prefill?: string;
  readonly maxTokens?: number;
  readonly stop: readonly string[];
}

export interface Turn {
  readonly role: 'system' | 'user' | 'assistant' | 'tool';
  readonly text: string;
  /** Images, documents and so on. The model only knows how many. */
  readonly attachments: number;
}

export interface Tool {
  readonly name: string;
  readonly description: string;
  /** The JSON schema of the arguments. */
  readonly schema: JsonObject;
  /** OpenAI's custom tool: its input is free text in place of arguments. */
  readonly freeform?: true;
}
