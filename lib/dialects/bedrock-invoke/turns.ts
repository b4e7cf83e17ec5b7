import type { ModelRequest } from '../../stream/request.ts';
import { unsupported } from '../map-parameters.ts';

/** A conversation of plain text, which is all that the oldest models accept. */
export interface TextTurns {
  /** All system text, wherever it was. */
  readonly system: string;
  /** In order. Adjacent turns of one role are joined. */
  readonly turns: readonly TextTurn[];
}

export interface TextTurn {
  readonly role: 'user' | 'assistant';
  readonly text: string;
}

/** The conversation as text. Throws `unsupported_parameter` for any other part. */
export function textTurns({ messages }: ModelRequest): TextTurns {
  const system: string[] = [];
  const turns: { role: TextTurn['role']; text: string }[] = [];
  for (const { role, content } of messages) {
    const texts = content.map((part) => {
      if (part.type !== 'text') throw unsupported(part.field);
      return part.text;
    });
    const text = texts.join('\n');
    const last = turns.at(-1);
    if (role === 'system') system.push(text);
    else if (last?.role === role) last.text += `\n${text}`;
    else turns.push({ role, text });
  }
  return { system: system.join('\n\n'), turns };
}

/** How a family marks the roles in a plain text prompt. */
export interface Speakers {
  readonly user: string;
  readonly assistant: string;
}

/**
 * A plain text prompt. A single question is sent unchanged, because a template would change it. A conversation is
 * written with role markers and ends where the model has to continue. An assistant turn at the end is continued.
 */
export function plainPrompt(request: ModelRequest, speakers: Speakers): string {
  const { system, turns } = textTurns(request);
  const before = system === '' ? '' : `${system}\n\n`;
  const [only, ...more] = turns;
  if (only?.role === 'user' && more.length === 0) return before + only.text;
  const lines = turns.map(({ role, text }) => `${speakers[role]}: ${text}`);
  return before + [...lines, ...(turns.at(-1)?.role === 'assistant' ? [] : [`${speakers.assistant}:`])].join('\n');
}
