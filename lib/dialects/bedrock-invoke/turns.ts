import type { ModelRequest } from '../../stream/request.ts';
import { unsupported } from '../map-parameters.ts';

/** A conversation that is text and nothing else, as the models of the first days take it. */
export interface TextTurns {
  /** Everything that was said as the system, wherever it stood. */
  readonly system: string;
  /** In order; neighbours of one role are one turn. */
  readonly turns: readonly TextTurn[];
}

export interface TextTurn {
  readonly role: 'user' | 'assistant';
  readonly text: string;
}

/** The conversation as text. Throws `unsupported_parameter` for a part that is none. */
export function textTurns({ messages }: ModelRequest): TextTurns {
  const system: string[] = [];
  const turns: { role: TextTurn['role']; text: string }[] = [];
  for (const { role, content } of messages) {
    const said = content.map((part) => {
      if (part.type !== 'text') throw unsupported(part.field);
      return part.text;
    });
    const text = said.join('\n');
    const last = turns.at(-1);
    if (role === 'system') system.push(text);
    else if (last?.role === role) last.text += `\n${text}`;
    else turns.push({ role, text });
  }
  return { system: system.join('\n\n'), turns };
}

/** How a family writes who says what in a prompt of plain text. */
export interface Speakers {
  readonly user: string;
  readonly assistant: string;
}

/**
 * A prompt of plain text: a lone question goes as it is, since any frame would be a change of it; a conversation goes
 * as one, and ends where the model is to speak. An assistant's turn at the end is gone on with.
 */
export function plainPrompt(request: ModelRequest, speakers: Speakers): string {
  const { system, turns } = textTurns(request);
  const before = system === '' ? '' : `${system}\n\n`;
  const [only, ...more] = turns;
  if (only?.role === 'user' && more.length === 0) return before + only.text;
  const lines = turns.map(({ role, text }) => `${speakers[role]}: ${text}`);
  return before + [...lines, ...(turns.at(-1)?.role === 'assistant' ? [] : [`${speakers.assistant}:`])].join('\n');
}
