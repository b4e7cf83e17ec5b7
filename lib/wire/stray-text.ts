import type { Frame } from './frame.ts';

/** More text than an error body has; what is longer (a page of HTML) is given when it gets here. */
const maxCharacters = 16 * 1024;

/** Fields the standard may gain are ignored, as it demands. All fields of SSE are lower-case words. */
const fieldName = /^[a-z][a-z0-9_-]*$/;

/** What is left of a line that the end of the stream cut inside the name of a field. */
const cutName = /^(?:d(?:at?)?|e(?:v(?:en?)?)?|i|r(?:e(?:tr?)?)?)$/;

/**
 * Gathers text that stands in an SSE stream outside every field, which is how some providers tell of a failure:
 * llama-box in a field `error: {…}` of its own, Gemini as bare JSON of several lines after proper events, proxies as
 * plain text or a page of HTML. It becomes one failure frame: when it is whole JSON, when an event follows, or at the
 * end. Anything of this kind after that is dropped.
 */
export class StrayText {
  #lines: string[] = [];
  #characters = 0;
  #given = false;

  /** A line that is no field of the standard; gives the failure once it is whole. */
  take(field: string, value: string, line: string): Frame | undefined {
    if (this.#given) return undefined;
    const first = this.#lines.length === 0;
    const isField = line.length > field.length && fieldName.test(field);
    if (first && isField && field !== 'error') return undefined;
    const text = first && isField ? value : line;
    this.#lines.push(text);
    this.#characters += text.length;
    const mayBeWhole = first || /^\s*[}\]]/.test(text);
    return this.#characters > maxCharacters || (mayBeWhole && isJson(this.#lines.join('\n'))) ? this.flush() : undefined;
  }

  /** The failure as far as it came, because an event follows it. */
  flush(): Frame | undefined {
    if (this.#lines.length === 0) return undefined;
    const data = this.#lines.join('\n');
    this.#lines = [];
    this.#given = true;
    return { event: 'error', data, failure: true };
  }

  /** The failure as far as it came, because the stream ends. */
  end(): Frame | undefined {
    if (this.#lines.length === 1 && cutName.test(this.#lines[0] ?? '')) return undefined;
    const frame = this.flush();
    return frame && { ...frame, unterminated: true };
  }
}

/** Text that opens like an object or an array and is one. */
function isJson(text: string): boolean {
  if (!/^\s*[{[]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
