import type { Upstream } from './answers.ts';

/** One measured combination of gateway or pipe, client and upstream. */
export interface Row {
  /** Client x provider, or the baseline. */
  readonly name: string;
  readonly through: 'pipe' | 'loop' | 'gateway';
  /** A pipe's client uses the dialect of the upstream. */
  readonly client: Upstream;
  readonly upstream: Upstream;
}

export const rows: readonly Row[] = [
  { name: 'pipe, OpenAI bytes', through: 'pipe', client: 'openai', upstream: 'openai' },
  { name: 'hand-written loop', through: 'loop', client: 'openai', upstream: 'openai' },
  { name: 'OpenAI x OpenAI (pass-through)', through: 'gateway', client: 'openai', upstream: 'openai' },
  { name: 'Anthropic x OpenAI', through: 'gateway', client: 'anthropic', upstream: 'openai' },
  { name: 'pipe, Anthropic bytes', through: 'pipe', client: 'anthropic', upstream: 'anthropic' },
  { name: 'OpenAI x Anthropic', through: 'gateway', client: 'openai', upstream: 'anthropic' },
  { name: 'pipe, Bedrock bytes', through: 'pipe', client: 'bedrock', upstream: 'bedrock' },
  { name: 'OpenAI x Bedrock', through: 'gateway', client: 'openai', upstream: 'bedrock' },
];

/** The pipe for the same upstream. */
export function pipeOf(row: Row): Row {
  const pipe = rows.find(({ through, upstream }) => through === 'pipe' && upstream === row.upstream);
  if (!pipe) throw new Error(`No pipe carries the bytes of ${row.upstream}.`);
  return pipe;
}
