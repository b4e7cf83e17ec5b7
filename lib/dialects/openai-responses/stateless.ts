import { SluiceError } from '../../stream/errors.ts';
import type { JsonObject } from '../../stream/json.ts';

/** Members that need something to be kept between calls, with what to do instead. */
const stateful: Readonly<Record<string, string>> = {
  previous_response_id: 'Send the earlier items in `input`.',
  conversation: 'Send the earlier items in `input`.',
  background: 'Leave it out, and read the answer as a stream.',
  store: 'Leave it out, or set it to false.',
};

/** Throws `unsupported_parameter` for a body that asks for what an earlier call would have to be remembered for, or this one. */
export function refuseState(body: JsonObject): void {
  for (const [name, instead] of Object.entries(stateful)) {
    if (body[name] !== undefined && body[name] !== false) throw notKept(`\`${name}\` is not supported`, instead, name);
  }
}

/** A reference to an item of an earlier answer, where the item itself has to be. */
export function referenceRefused(field: string): SluiceError {
  const instead =
    'Send the item itself: the Vercel AI SDK does so with `providerOptions: { openai: { store: false } }`, or through `openai.chat(…)` in the place of `openai(…)`.';
  return notKept(`\`${field}\` refers to an item of an earlier response`, instead, field);
}

function notKept(what: string, instead: string, param: string): SluiceError {
  return new SluiceError('unsupported_parameter', `${what}: no response is kept between calls. ${instead}`, { param });
}
