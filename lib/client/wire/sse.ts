import type { Bytes, Frame } from '../../wire/frame.ts';

/**
 * Server-sent events as in the standard, except for line ends of a lone CR, which nobody sends. A last event without
 * its blank line was cut and is dropped. Throws an Error for an event of more than `maxFrameBytes` (in UTF-16 units,
 * of which each byte yields at most one).
 */
export async function* readSse(bytes: Bytes, maxFrameBytes: number): AsyncGenerator<Frame> {
  const decoder = new TextDecoder();
  let held = '';
  let event: string | undefined;
  let data: string[] = [];
  let size = 0;
  for await (const piece of bytes) {
    const [rest = '', ...more] = decoder.decode(piece, { stream: true }).split('\n');
    held += rest;
    for (const next of more) {
      const line = held.endsWith('\r') ? held.slice(0, -1) : held;
      held = next;
      const [, name, value = ''] = /^(\w*)(?:: ?(.*))?$/s.exec(line) ?? [];
      if (line === '') {
        if (data.length > 0) yield { ...(event !== undefined && { event }), data: data.join('\n') };
        event = undefined;
        data = [];
        size = 0;
      } else if (name === 'event') event = value;
      else if (name === 'data') {
        data.push(value);
        size += value.length;
      }
    }
    if (size + held.length > maxFrameBytes) throw new Error(`An event has more than ${maxFrameBytes} bytes.`);
  }
}
