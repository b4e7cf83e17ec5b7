import type { Message } from '../../stream/request.ts';

/** A marker in a prompt, and the role that starts there. */
interface Marker {
  readonly role: 'user' | 'assistant';
  /** The start of the white space before the marker, and the end of the marker. */
  readonly start: number;
  readonly end: number;
}

/**
 * The actual value of the official client's HUMAN_PROMPT and AI_PROMPT. They contain backslashes instead of line
 * breaks.
 */
const escapedMarker = /\\n\\n(Human|Assistant):/g;

/**
 * The turns of a prompt. A prompt in the form `\n\nHuman: …\n\nAssistant:` is split into turns, whatever white space
 * surrounds its markers (the bedrock-anthropic package adds eight spaces and a final one). Text before the first
 * marker is an instruction. Text after the last `Assistant:` is the beginning of the answer. Any other prompt is one
 * user turn, even if it quotes a conversation. An empty prompt has no turns.
 */
export function turnsOf(rawPrompt: string): Message[] {
  const prompt = rawPrompt.replace(escapedMarker, '\n\n$1:');
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

/** A marker follows an empty line, or is at the beginning or end of the prompt. */
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

/**
 * Scanned by hand, because a regular expression for white space before a word needs quadratic time on a prompt that
 * is all white space.
 */
function startOfSpace(text: string, end: number): number {
  let start = end;
  while (start > 0 && /\s/.test(text[start - 1] ?? '')) start--;
  return start;
}

function turn(role: Message['role'], rawText: string): Message[] {
  const text = rawText.trim();
  return text === '' ? [] : [{ role, content: [{ type: 'text', text, field: 'prompt' }] }];
}
