import { parsed } from './truth.ts';

/** One event of a stream as a person would read it off the page. */
export interface PlainEvent {
  event?: string;
  data: string;
}

/**
 * The events of a text stream, read all at once: every line end becomes LF, blank lines part the events, and the rest
 * is fields. JSON in no field that is known (llama-box `error: {…}`, Gemini's bare JSON) is an event named `stray`.
 * A file of one JSON payload a line is taken as one event a line.
 */
export function plainEvents(bytes: Uint8Array): PlainEvent[] {
  const text = new TextDecoder().decode(bytes).replace(/\r\n?/g, '\n');
  if (text.startsWith('{"') && text.split('\n').every((line) => line === '' || line.startsWith('{"'))) {
    return text.split('\n').flatMap((line) => (line === '' ? [] : [{ data: line }]));
  }
  return text.split('\n\n').flatMap((block) => {
    const lines = block.split('\n');
    const data = lines.filter((line) => /^data(:|$)/.test(line)).map(value);
    const names = lines.filter((line) => line.startsWith('event:')).map(value);
    const stray = lines.filter((line) => line !== '' && !/^(data|event|id|retry)?(:|$)/.test(line));
    const outside = stray.join('\n').replace(/^error: */, '');
    const named = names.at(-1);
    return [
      ...(data.length > 0 ? [{ ...(named && { event: named }), data: data.join('\n') }] : []),
      ...(parsed(outside) !== undefined ? [{ event: 'stray', data: outside }] : []),
    ];
  });
}

function value(line: string): string {
  return line.slice(line.indexOf(':') + 1 || line.length).replace(/^ /, '');
}
