import { parseJsonObject } from '../stream/json.ts';

/*
 * A custom tool of OpenAI's takes free text. The vocabulary keeps that text as the one argument `input`, so that every
 * dialect can carry the call as a function's.
 */

/** The text of a custom tool's call, from its arguments. */
export function customInput(json: string): string {
  const input = parseJsonObject(json)?.input;
  return typeof input === 'string' ? input : json;
}

/** The arguments for a text. */
export function customArguments(input: string): string {
  return JSON.stringify({ input });
}
