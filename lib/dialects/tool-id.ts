const accepted = /^[A-Za-z0-9_-]+$/;
const maxLength = 64;

/**
 * The id of a tool call as Anthropic and Bedrock take it: at most 64 letters, digits, `_` and `-`. Other vendors have
 * ids of other forms (Kimi's `functions.weather:0`). Such an id gets the same new one wherever it stands, and different
 * ids stay different, so that a call and its result remain a pair.
 */
export function portableToolId(id: string): string {
  if (id.length <= maxLength && accepted.test(id)) return id;
  const suffix = `_${hash(id)}`;
  return id.slice(0, maxLength - suffix.length).replace(/[^A-Za-z0-9_-]/g, '_') + suffix;
}

/** FNV-1a of the id, in base 36. */
function hash(text: string): string {
  let state = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) state = Math.imul(state ^ text.charCodeAt(at), 0x01000193) >>> 0;
  return state.toString(36);
}
