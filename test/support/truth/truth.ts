import type { FinishReason, Usage } from '../../../lib/stream/events.ts';
import type { Json, JsonObject } from '../../../lib/stream/json.ts';

/** The content of a whole recorded answer, read in the simplest way. Everything we produce is compared with it. */
export interface Truth {
  text: string;
  reasoning: string;
  /** Signatures of reasoning, one for each signed block. */
  signatures: string[];
  /** The last signature comes after all content and marks none of it. Gemini 3 ends its answers so. */
  loneSignature?: boolean;
  /** Opaque reasoning, one for each block. */
  redacted: string[];
  /** Text in which the model declines, where the provider keeps it apart. */
  refusal?: string;
  tools: { id?: string; name: string; arguments: Json }[];
  finish: { raw: string | undefined; reason: FinishReason };
  /** Only what the provider gave. `input` includes cached parts, `output` includes reasoning. */
  usage: Usage;
  error?: { message: string };
  /** The provider's own stop was seen, for every choice, and no failure. */
  complete: boolean;
}

/** The choice to read, and the number of choices that the client requested. */
export interface ChoiceOf {
  readonly wanted?: number;
  readonly asked?: number;
}

/** A tool call while its pieces are collected. */
export interface ToolDraft {
  id?: string;
  name: string;
  json: string;
}

/** A truth of nothing yet. */
export function nothing(): Truth {
  return {
    text: '',
    reasoning: '',
    signatures: [],
    redacted: [],
    tools: [],
    finish: { raw: undefined, reason: 'other' },
    usage: {},
    complete: false,
  };
}

/** A collected call: no arguments are an empty object, and arguments that were cut stay text. */
export function toolOf({ id, name, json }: ToolDraft): Truth['tools'][number] {
  return { ...(id && { id }), name, arguments: json.trim() === '' ? {} : (parsed(json) ?? json) };
}

/** The value of this JSON text, or `undefined`. */
export function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

export function objectOf(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

export function listOf(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.map(objectOf) : [];
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** A usage of the counts that are numbers. */
export function countsOf(counts: { [Name in keyof Usage]: unknown }): Usage {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => typeof count === 'number')) as Usage;
}

/** The sum of the counts that are numbers; `undefined` when the first is none. */
export function sumOf(first: unknown, ...others: unknown[]): number | undefined {
  if (typeof first !== 'number') return undefined;
  return others.reduce<number>((sum, count) => sum + (typeof count === 'number' ? count : 0), first);
}
