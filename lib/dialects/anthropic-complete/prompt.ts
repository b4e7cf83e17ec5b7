import type { Message } from '../../stream/request.ts';

/** Who begins to speak where in a prompt. */
interface Marker {
  readonly role: 'user' | 'assistant';
  /** Where the white space before the marker begins, and where the marker ends. */
  readonly start: number;
  readonly end: number;
}

/** What the official client's own HUMAN_PROMPT and AI_PROMPT are: backslashes, where line ends were meant. */
const escapedMarker = /\\n\\n(Human|Assistant):/g;

/**
 * The turns of a prompt. One that is framed, `\n\nHuman: …\n\nAssistant:`, is taken apart, whatever white space stands
 * around its markers (the bedrock-anthropic package puts eight spaces there and one at the end); what stands before the
 * first is an instruction, and what stands after the last `Assistant:` is the beginning of the answer. Any other prompt
 * is one turn of the user, also when it quotes a conversation. No turns for a prompt that says nothing.
 */
export function turnsOf(given: string): Message[] {
  const prompt = given.replace(escapedMarker, '\n\n$1:');
  const markers = markersOf(prompt);
  const [first] = markers;
  const framed = first && (first.start === 0 || markers.at(-1)?.role === 'assistant');
  if (!framed) return turn('user', prompt);
  const lead = prompt.slice(0, first.start);
  return [
    ...turn(first.role === 'user' ? 'system' : 'user', lead),
    ...markers.flatMap(({ role, end }, at) => turn(role, prompt.slice(end, markers[at + 1]?.start))),
  ];
}

/** A marker stands after an empty line, or begins or ends the prompt. */
function markersOf(prompt: string): Marker[] {
  const found = [...prompt.matchAll(/(Human|Assistant):/g)];
  return found.flatMap((match, at): Marker[] => {
    const start = startOfSpace(prompt, match.index);
    const end = match.index + match[0].length;
    const lines = prompt.slice(start, match.index).split('\n').length - 1;
    const role = match[1] === 'Human' ? 'user' : 'assistant';
    const isLast = at === found.length - 1 && role === 'assistant' && prompt.slice(end).trim() === '';
    return start === 0 || lines > 1 || (lines === 1 && isLast) ? [{ role, start, end }] : [];
  });
}

/** Walked by hand, since an expression for white space before a word takes quadratic time on a prompt of nothing else. */
function startOfSpace(text: string, end: number): number {
  let start = end;
  while (start > 0 && /\s/.test(text[start - 1] ?? '')) start--;
  return start;
}

function turn(role: Message['role'], said: string): Message[] {
  const text = said.trim();
  return text === '' ? [] : [{ role, content: [{ type: 'text', text, field: 'prompt' }] }];
}
