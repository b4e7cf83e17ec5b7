import type { JsonObject } from '../stream/json.ts';

/** What the toy model is asked, whichever provider was called. */
export interface Prompt {
  readonly turns: readonly Turn[];
  readonly tools: readonly Tool[];
  readonly toolChoice: 'auto' | 'none' | 'any' | { readonly name: string };
  /** May it call more than one tool in one answer? */
  readonly parallelTools: boolean;
  /** Shall it think aloud first? */
  readonly reasoning: boolean;
  /** Answer with JSON of this schema; `{}` is any object. */
  readonly json?: JsonObject;
  /** The start of the answer, which the caller has written and the model goes on from. */
  readonly prefill?: string;
  readonly maxTokens?: number;
  readonly stop: readonly string[];
}

export interface Turn {
  readonly role: 'system' | 'user' | 'assistant' | 'tool';
  readonly text: string;
  /** Images, documents and the like, of which the model knows only the number. */
  readonly attachments: number;
}

export interface Tool {
  readonly name: string;
  readonly description: string;
  /** JSON schema of the arguments. */
  readonly schema: JsonObject;
  /** OpenAI's custom tool: its input is free text in place of arguments. */
  readonly freeform?: true;
}
