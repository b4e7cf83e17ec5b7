import type { Usage } from '../../../../lib/client/index.ts';
import type { Message, Picture, Wanted } from '../requests/conversation.ts';
import { parseSettings, type Settings } from '../requests/settings.ts';
import type { AnswerBlock } from '../run/blocks.ts';
import { rate } from '../run/measures.ts';
import type { End, Run, Served } from '../run/run.ts';

/** A stored answer. */
export interface SavedAnswer {
  readonly model: string;
  readonly blocks: readonly AnswerBlock[];
  readonly end: End | undefined;
  readonly served: Served;
  readonly usage: Usage;
  readonly firstMs: number | undefined;
  readonly totalMs: number;
  readonly rate: string | undefined;
}

export interface ToolResult {
  readonly id: string;
  readonly name: string;
  readonly text: string;
}

/** An answer and the results of its tool calls. */
export interface Round {
  answer: SavedAnswer;
  results?: readonly ToolResult[];
}

/** One model's part of a turn: one answer, or several with tool calls between them. */
export interface Lane {
  readonly model: string;
  rounds: Round[];
}

export interface Turn {
  text: string;
  pictures: readonly Picture[];
  lanes: Lane[];
}

export interface Conversation {
  readonly id: string;
  title: string;
  updatedAt: number;
  models: readonly string[];
  settings: Settings;
  turns: Turn[];
}

export function savedAnswer(model: string, run: Run): SavedAnswer {
  return {
    model,
    blocks: run.blocks,
    end: run.end,
    served: run.served,
    usage: { ...run.usage },
    firstMs: run.measures.firstAt,
    totalMs: run.elapsed,
    rate: rate(run.measures, run.usage.output),
  };
}

/** The tool calls of a finished answer. An unfinished call may be incomplete. */
export function callsOf({ blocks, end }: SavedAnswer) {
  return end?.kind === 'finished' ? blocks.filter((block) => block.kind === 'tool') : [];
}

export function textOf({ blocks }: SavedAnswer): string {
  return blocks.map((block) => (block.kind === 'text' ? block.text : '')).join('');
}

/** The messages for the next answer of `lane` in the turn at `index`, with this model's own earlier answers. */
export function messagesFor(turns: readonly Turn[], index: number, lane: Lane): Message[] {
  const before = turns.slice(0, index).flatMap(({ text, pictures, lanes }): Message[] => {
    const own = lanes.find(({ model }) => model === lane.model) ?? lanes[0];
    return [{ role: 'user', text, pictures }, ...(own?.rounds ?? []).flatMap(roundMessages)];
  });
  const turn = turns[index];
  const question: Message[] = turn ? [{ role: 'user', text: turn.text, pictures: turn.pictures }] : [];
  return [...before, ...question, ...lane.rounds.flatMap(roundMessages)];
}

/** Includes the text of an unfinished answer. Each call gets a result, because providers refuse a call without one. */
function roundMessages({ answer, results = [] }: Round): Message[] {
  const text = textOf(answer);
  const calls = callsOf(answer);
  if (text === '' && calls.length === 0) return [];
  const thoughts = answer.blocks.filter((block) => block.kind === 'reasoning');
  const answered = calls.map(({ id, name }) => ({
    id,
    name,
    text: results.find((result) => result.id === id)?.text ?? 'The user gave no result.',
  }));
  return [
    { role: 'assistant', text, thoughts, calls },
    ...(answered.length > 0 ? [{ role: 'tool' as const, results: answered }] : []),
  ];
}

/** The start of the first question. */
export function titleOf(turns: readonly Turn[]): string {
  const text = turns[0]?.text.replace(/\s+/g, ' ').trim() || 'New chat';
  return text.length > 60 ? `${text.slice(0, 59).trimEnd()}…` : text;
}

/** The request that Send would make: with the typed text, or else with the last question again. */
export function wantedNow({ turns, settings }: Conversation, models: readonly string[], typed: string): Wanted {
  const model = models[0] ?? '';
  const lane: Lane = { model, rounds: [] };
  const upTo = typed === '' && turns.length > 0 ? turns.length - 1 : turns.length;
  const before = messagesFor(turns, upTo, lane);
  const isNew = upTo === turns.length;
  const next: Message[] = isNew ? [{ role: 'user', text: typed || 'What is a sluice?', pictures: [] }] : [];
  return { ...parseSettings(settings).wanted, model, messages: [...before, ...next] };
}
