import { isObject, type Json, type JsonObject } from '../stream/json.ts';
import type { Behavior, EmulatedModel } from './emulated-models.ts';
import { invent } from './invent.ts';
import type { Prompt, Tool } from './prompt.ts';
import { countTokens, pieces, scraps, words } from './tokens.ts';
import { topics } from './topics.ts';

/** The answer of the toy model: blocks of tokens, in order. */
export interface Answer {
  readonly parts: readonly Part[];
  readonly end: 'end' | 'length' | 'stop' | 'tool';
  /** The stop sequence that ended it. */
  readonly stopSequence?: string;
  readonly usage: { readonly input: number; readonly output: number; readonly reasoning: number };
}

export interface Part {
  readonly kind: 'reasoning' | 'text' | 'tool';
  /** Only for a tool. */
  readonly name?: string;
  /** The call of a tool whose input is free text. */
  readonly freeform?: true;
  /** Words; of a tool, its arguments as JSON. */
  readonly tokens: readonly string[];
}

/** The answer to a prompt. The same prompt always has the same answer. */
export function answer(prompt: Prompt, model: EmulatedModel): Answer {
  const content = produce(prompt, model.behavior ?? 'answer', model.n ?? 1);
  const withReasoning = model.behavior === 'reasoning' || prompt.reasoning;
  const { parts, end, stopSequence } = limited(withReasoning ? [reasoning(prompt), ...content] : content, prompt);
  return {
    parts,
    end,
    ...(stopSequence !== undefined && { stopSequence }),
    usage: {
      input: countPrompt(prompt),
      output: parts.reduce((sum, part) => sum + part.tokens.length, 0),
      reasoning: parts.reduce((sum, part) => sum + (part.kind === 'reasoning' ? part.tokens.length : 0), 0),
    },
  };
}

/** The arguments of a call as an object. Empty if the token limit cut them. */
export function argumentsOf(call: Part): JsonObject {
  try {
    const made = JSON.parse(call.tokens.join('') || '{}') as Json;
    return isObject(made) ? made : {};
  } catch {
    return {};
  }
}

/** The token count of a prompt: its words, its tools and three per turn. */
export function countPrompt({ turns, tools }: Prompt): number {
  const turnTokens = turns.reduce((sum, turn) => sum + 3 + countTokens(turn.text) + 100 * turn.attachments, 0);
  return turnTokens + tools.reduce((sum, tool) => sum + pieces(JSON.stringify(tool)).length, 0);
}

function produce(prompt: Prompt, behavior: Behavior, n: number): Part[] {
  if (behavior === 'echo') return [{ kind: 'text', tokens: scraps(lastUserText(prompt)) }];
  if (behavior === 'huge') return [{ kind: 'text', tokens: ['x'.repeat(Math.min(n, 64) << 20)] }];
  const called = calls(prompt, behavior === 'tools');
  if (called.length > 0) {
    const lead = behavior === 'tools' ? [text(`Let me look that up with ${called.length === 1 ? 'a tool' : 'tools'}.`)] : [];
    return [...lead, ...called];
  }
  if (prompt.json) return [{ kind: 'text', tokens: pieces(JSON.stringify(invented(prompt, prompt.json))) }];
  const whole = prose(prompt);
  return [text(prompt.prefill && whole.startsWith(prompt.prefill) ? whole.slice(prompt.prefill.length) : whole)];
}

const text = (content: string): Part => ({ kind: 'text', tokens: words(content) });

function prose(prompt: Prompt): string {
  const results = trailingResults(prompt);
  if (results.length > 0) {
    const quoted = results.map((result) => `“${shortened(result, 40)}”`).join(' and ');
    return `The ${results.length === 1 ? 'tool' : 'tools'} answered ${quoted}. That is all this embedded demo can tell you.`;
  }
  const lastText = lastUserText(prompt);
  const attachments = prompt.turns.findLast((turn) => turn.role === 'user')?.attachments ?? 0;
  const opening = lastText ? `You said “${shortened(lastText, 12)}”.` : 'You said nothing.';
  const seen = attachments > 0 ? ` You attached ${attachments === 1 ? 'one file' : `${attachments} files`}.` : '';
  return `${opening}${seen} I am an embedded demo model: no account, no key and no network were needed for this answer. \
It arrives word by word, like the answer of a real model. Set the key of a provider to use a real one.`;
}

function reasoning(prompt: Prompt): Part {
  const about = topics(lastUserText(prompt)).join(' and ');
  return {
    kind: 'reasoning',
    tokens: words(`The user writes about ${about}. I am only a demo, so I keep to what I know and say so.`),
  };
}

/** The calls of an answer: forced ones, or on a user turn one for each topic. */
function calls(prompt: Prompt, all: boolean): Part[] {
  const { tools, toolChoice, parallelTools } = prompt;
  const forced = toolChoice === 'any' || isObject(toolChoice);
  const isUserTurn = prompt.turns.at(-1)?.role === 'user';
  if (tools.length === 0 || toolChoice === 'none' || !(forced || isUserTurn)) return [];
  const userText = lastUserText(prompt);
  const named = isObject(toolChoice) ? tools.filter((tool) => tool.name === toolChoice.name) : tools;
  const made = all
    ? named.map((tool) => call(tool, userText, topics(userText)[0]))
    : topics(userText).flatMap((topic) => best(named, userText).map((tool) => call(tool, userText, topic)));
  return parallelTools ? made : made.slice(0, 1);
}

function call(tool: Tool, userText: string, topic = 'it'): Part {
  if (tool.freeform) return { kind: 'tool', name: tool.name, freeform: true, tokens: words(topic) };
  const made = invent(tool.schema, { topic, text: userText, numbers: numbersOf(userText) });
  // For a call without arguments, providers send either nothing or an empty object. The wire formats decide.
  return {
    kind: 'tool',
    name: tool.name,
    tokens: isObject(made) && Object.keys(made).length > 0 ? pieces(JSON.stringify(made)) : [],
  };
}

/** The tool whose name and description share the most words with what was said; none of none. */
function best(tools: readonly Tool[], userText: string): Tool[] {
  const promptWords = new Set(userText.toLowerCase().match(/\p{L}{3,}/gu));
  const score = ({ name, description }: Tool) => {
    const known = new Set(`${name} ${description}`.toLowerCase().match(/\p{L}{3,}/gu));
    return [...known].filter((word) => promptWords.has(word)).length;
  };
  return tools.toSorted((a, b) => score(b) - score(a)).slice(0, 1);
}

function invented(prompt: Prompt, schema: JsonObject): Json {
  const userText = lastUserText(prompt);
  const topic = topics(userText).join(' and ');
  const made = invent(schema, { topic, text: userText, numbers: numbersOf(userText) });
  return isObject(made) && Object.keys(made).length > 0 ? made : { answer: prose(prompt) };
}

/** Stop sequences end the text before them; the limit of tokens ends whatever is being said. */
function limited(parts: readonly Part[], prompt: Prompt): Pick<Answer, 'parts' | 'end' | 'stopSequence'> {
  let left = prompt.maxTokens ?? Number.POSITIVE_INFINITY;
  const kept: Part[] = [];
  for (const part of parts) {
    const stop = part.kind === 'text' ? firstStop(part.tokens.join(''), prompt.stop) : undefined;
    const tokens = stop ? upTo(part.tokens, stop.at) : part.tokens;
    const rest = tokens.slice(0, left);
    if (rest.length > 0 || (part.kind === 'tool' && tokens.length === 0)) kept.push({ ...part, tokens: rest });
    if (tokens.length > left) return { parts: kept, end: 'length' };
    if (stop) return { parts: kept, end: 'stop', stopSequence: stop.sequence };
    left -= tokens.length;
  }
  return { parts: kept, end: kept.at(-1)?.kind === 'tool' ? 'tool' : 'end' };
}

function firstStop(content: string, stops: readonly string[]): { at: number; sequence: string } | undefined {
  const found = stops.filter(Boolean).map((sequence) => ({ at: content.indexOf(sequence), sequence }));
  return found.filter(({ at }) => at >= 0).toSorted((a, b) => a.at - b.at)[0];
}

function upTo(tokens: readonly string[], length: number): string[] {
  const kept: string[] = [];
  for (let left = length, index = 0; left > 0; index++) {
    const token = (tokens[index] ?? '').slice(0, left);
    left -= token.length;
    kept.push(token);
  }
  return kept;
}

function lastUserText(prompt: Prompt): string {
  return prompt.turns.findLast((turn) => turn.role === 'user' && turn.text !== '')?.text ?? '';
}

/** What the tools have said since the model called them. */
function trailingResults({ turns }: Prompt): string[] {
  const start = turns.findLastIndex((turn) => turn.role !== 'tool') + 1;
  return turns.slice(start).map((turn) => turn.text);
}

function numbersOf(content: string): number[] {
  return (content.match(/-?\d+(?:\.\d+)?/g) ?? []).slice(0, 100).map(Number);
}

function shortened(content: string, limit: number): string {
  const all = words(content.trim());
  return all.length > limit ? `${all.slice(0, limit).join('')} …` : all.join('');
}
