import type { JsonObject } from '../../../lib/stream/json.ts';
import { objectOf, parsed } from '../truth/truth.ts';
import { type Rule, unless } from './rule.ts';

/** An event exactly as in the bytes. It is read leniently, so that one violation doesn't look like many. */
export interface SseEvent {
  readonly lines: readonly string[];
  readonly event: string | undefined;
  readonly data: string;
  /** Empty where the data is no JSON object. */
  readonly payload: JsonObject;
  readonly isObject: boolean;
}

export interface SseStream {
  readonly bytes: Uint8Array;
  /** With line ends and byte order mark made plain. */
  readonly text: string;
  readonly events: readonly SseEvent[];
}

/** The longest line that a hand-written client is known to read safely. */
export const maxLineBytes = 16 * 1024;

export function readStream(bytes: Uint8Array): SseStream {
  const text = new TextDecoder().decode(bytes).replace(/\r\n?/g, '\n');
  const events = text.split(/\n{2,}/).flatMap((block): SseEvent[] => {
    const lines = block.split('\n').filter((line) => line !== '');
    const field = (name: string) =>
      lines.filter((line) => line.startsWith(name)).map((line) => line.slice(name.length).trimStart());
    const data = field('data:').join('\n');
    if (!lines.some((line) => line.startsWith('data:'))) return [];
    const value = parsed(data);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return [{ lines, event: field('event:').at(-1), data, payload: objectOf(value), isObject }];
  });
  return { bytes, text, events };
}

/** What holds for every text stream that leaves us, in whatever dialect. */
export const sseRules: readonly Rule<SseStream>[] = [
  {
    id: 'utf-8',
    says: 'The bytes are valid UTF-8.',
    broken: ({ bytes }) => {
      try {
        new TextDecoder('utf-8', { fatal: true }).decode(bytes);
        return [];
      } catch {
        return ['the bytes are not valid UTF-8'];
      }
    },
  },
  {
    id: 'no-bom',
    says: 'No byte order mark.',
    broken: ({ bytes }) => unless(!(bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf), 'a byte order mark'),
  },
  {
    id: 'no-cr',
    says: 'Lines end with LF alone.',
    broken: ({ bytes }) => unless(!bytes.includes(0x0d), `a CR at byte ${bytes.indexOf(0x0d)}`),
  },
  {
    id: 'framing',
    says: 'An event is one data line; one empty line ends it, the last event too.',
    broken: ({ text, events }) => [
      ...unless(text === '' || text.endsWith('\n\n'), 'the last event is not ended by an empty line'),
      ...unless(!/\n{3}/.test(text), 'more than one empty line'),
      ...events.flatMap(({ lines }, at) =>
        unless(lines.filter((line) => line.startsWith('data:')).length === 1, `event ${at} has several data lines`),
      ),
    ],
  },
  {
    id: 'json',
    says: 'Each data line is one JSON object, or `[DONE]` where the dialect has it.',
    broken: ({ events }) =>
      events.flatMap(({ data, isObject }, at) =>
        unless(data === '[DONE]' || isObject, `event ${at} carries ${JSON.stringify(data.slice(0, 40))}`),
      ),
  },
];

/**
 * Two rules on text that may be cut into pieces: a line stays under 16 KiB unless what cannot be cut already fills it,
 * and no cut goes through a code point. `pieces` are the texts of a payload that can be cut.
 */
export function splittingRules(pieces: (payload: JsonObject) => string[]): readonly Rule<SseStream>[] {
  return [
    {
      id: 'line-size',
      says: 'No line is longer than 16 KiB, unless it cannot be split.',
      broken: ({ events }) =>
        events.flatMap(({ lines, payload }, at) => {
          const longest = Math.max(...lines.map((line) => Buffer.byteLength(line)));
          const text = pieces(payload).reduce((sum, piece) => sum + Buffer.byteLength(JSON.stringify(piece)) - 2, 0);
          return unless(longest <= maxLineBytes || longest - text > maxLineBytes, `event ${at} has a line of ${longest} bytes`);
        }),
    },
    {
      id: 'code-points',
      says: 'Text and arguments are split between code points, never inside one.',
      broken: ({ events }) =>
        events.flatMap(({ payload }, at) =>
          unless(
            pieces(payload).every((piece) => piece.isWellFormed()),
            `event ${at} has half a code point`,
          ),
        ),
    },
  ];
}
