import { SluiceError } from '../../stream/errors.ts';
import type { JsonObject } from '../../stream/json.ts';

/**
 * Members that need stored responses, and what to do instead. `store: true` needs none: it is the default of clients, and
 * the response says that it isn't stored.
 */
const stateful: Readonly<Record<string, string>> = {
  previous_response_id: 'Send the earlier items in `input`.',
  conversation: 'Send the earlier items in `input`.',
  background: 'Remove it and read the response as a stream.',
};

/** Throws `unsupported_parameter` for a body that refers to a stored response. */
export function refuseState(body: JsonObject): void {
  for (const [name, instead] of Object.entries(stateful)) {
    if (body[name] !== undefined && body[name] !== false) throw notKept(`\`${name}\` is not supported`, instead, name);
  }
}

/** A reference to an item of an earlier response instead of the item itself. */
export function referenceRefused(field: string): SluiceError {
  const instead =
    'Send the item itself. With the Vercel AI SDK, set `providerOptions: { openai: { store: false } }` or use `openai.chat(…)` instead of `openai(…)`.';
  return notKept(`\`${field}\` refers to an item of an earlier response`, instead, field);
}

function notKept(what: string, instead: string, param: string): SluiceError {
  return new SluiceError('unsupported_parameter', `${what} because Sluice stores no responses. ${instead}`, { param });
}
