import type { JsonObject } from '../../../lib/stream/json.ts';
import type { ClientName } from '../clients.ts';

/** A piece of a message. `mark` requests a prompt cache up to here. */
export type Piece =
  | { readonly kind: 'text'; readonly text: string; readonly mark?: true }
  | { readonly kind: 'image'; readonly media: string; readonly data: string }
  | { readonly kind: 'image-url'; readonly url: string }
  | { readonly kind: 'pdf'; readonly name: string }
  | { readonly kind: 'text-file'; readonly name: string }
  | { readonly kind: 'audio' };

export interface Call {
  readonly id: string;
  readonly name: string;
  /** As the model wrote them; not always JSON. */
  readonly args: string;
}

export interface Result {
  readonly id: string;
  readonly pieces: readonly Piece[];
}

export type Turn =
  | { readonly role: 'user'; readonly pieces: readonly Piece[] }
  | {
      readonly role: 'assistant';
      readonly thought?: string;
      readonly signature?: string;
      readonly text?: string;
      readonly calls?: readonly Call[];
    }
  /** Results of the previous turn, and the user's text next to them. */
  | { readonly role: 'results'; readonly results: readonly Result[]; readonly beside?: readonly Piece[] }
  | { readonly role: 'system' | 'developer'; readonly text: string };

export interface Tool {
  readonly name: string;
  readonly schema: JsonObject;
  readonly strict?: true;
}

/** A request that no dialect has spelled yet. */
export interface Talk {
  readonly turns: readonly Turn[];
  readonly system?: string;
  readonly tools?: readonly Tool[];
  readonly choice?: 'auto' | 'none' | 'any' | { readonly name: string };
  readonly serial?: true;
  readonly effort?: string;
  readonly noThinking?: true;
  readonly maxTokens?: number;
  readonly temperature?: number;
  readonly topP?: number;
  readonly topK?: number;
  readonly stop?: readonly string[];
  readonly user?: string;
  /** JSON as the answer: any object, or one of this schema. */
  readonly json?: 'object' | JsonObject;
  readonly strictJson?: true;
  /** Members that only one dialect has. */
  readonly own?: Partial<Record<ClientName, JsonObject>>;
}

export const said = (text: string): Piece => ({ kind: 'text', text });
export const asks = (...pieces: (Piece | string)[]): Turn => ({
  role: 'user',
  pieces: pieces.map((piece) => (typeof piece === 'string' ? said(piece) : piece)),
});
export const calls = (...made: Call[]): Turn => ({ role: 'assistant', calls: made });
export const call = (id: string, name = 'read_file', args = '{"path":"notes.txt"}'): Call => ({ id, name, args });
export const result = (id: string, ...pieces: Piece[]): Result => ({
  id,
  pieces: pieces.length > 0 ? pieces : [said('Buy milk.')],
});
export const results = (...given: Result[]): Turn => ({ role: 'results', results: given });

/** A loop of one tool, as most agents have it. */
export const loop = (id = 'call_7', name = 'read_file'): Turn[] => [
  asks('What do my notes say?'),
  calls(call(id, name)),
  results(result(id)),
];

export const fileTool: Tool = {
  name: 'read_file',
  schema: { type: 'object', properties: { path: { type: 'string' } }, required: ['path'] },
};

/** The value of this JSON, or text where it is none. */
export function argumentsOf({ args }: Call): JsonObject | undefined {
  try {
    return JSON.parse(args) as JsonObject;
  } catch {
    return undefined;
  }
}
