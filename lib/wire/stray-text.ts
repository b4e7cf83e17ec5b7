import type { Frame } from './frame.ts';

/** Larger than any error body. Longer text (an HTML page) is returned when it reaches this size. */
const maxCharacters = 16 * 1024;

/** Ignores new fields of the standard, as it requires. All SSE fields are lower-case words. */
const fieldName = /^[a-z][a-z0-9_-]*$/;

/** What is left of a line that the end of the stream cut inside a field name. */
const cutName = /^(?:d(?:at?)?|e(?:v(?:en?)?)?|i|r(?:e(?:tr?)?)?)$/;

/**
 * Collects text in an SSE stream outside any field. Some providers report failures like this: llama-box in its own
 * field `error: {…}`, Gemini as bare multi-line JSON after proper events, proxies as plain text or an HTML page. It
 * becomes one failure frame when it is complete JSON, when an event follows, or at the end. Later stray text is
 * dropped.
 */
export class StrayText {
  #lines: string[] = [];
  #characters = 0;
  #returned = false;

  /** A line that is not a standard field. Returns the failure once it is complete. */
  take(field: string, value: string, line: string): Frame | undefined {
    if (this.#returned) return undefined;
    const first = this.#lines.length === 0;
    const isField = line.length > field.length && fieldName.test(field);
    if (first && isField && field !== 'error') return undefined;
    const text = first && isField ? value : line;
    this.#lines.push(text);
    this.#characters += text.length;
    const mayBeWhole = first || /^\s*[}\]]/.test(text);
    return this.#characters > maxCharacters || (mayBeWhole && isJson(this.#lines.join('\n'))) ? this.flush() : undefined;
  }

  /** The failure so far, because an event follows it. */
  flush(): Frame | undefined {
    if (this.#lines.length === 0) return undefined;
    const data = this.#lines.join('\n');
    this.#lines = [];
    this.#returned = true;
    return { event: 'error', data, failure: true };
  }

  /** The failure so far, because the stream ends. */
  end(): Frame | undefined {
    if (this.#lines.length === 1 && cutName.test(this.#lines[0] ?? '')) return undefined;
    const frame = this.flush();
    return frame && { ...frame, unterminated: true };
  }
}

/** True for complete text of a JSON object or array. */
function isJson(text: string): boolean {
  if (!/^\s*[{[]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
