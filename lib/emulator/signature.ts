import { createHash } from 'node:crypto';
import type { JsonObject } from '../stream/json.ts';

/** What an emulated Claude signs its thinking with; changed or invented thinking is refused, as the real one does. */
export function signThinking(thinking: string): string {
  return `EqQB${createHash('sha256').update(`demo ${thinking}`).digest('base64')}`;
}

/** What an emulated Gemini signs a call with; it is refused on any other. */
export function signCall(name: string, args: JsonObject): string {
  return createHash('sha256')
    .update(`demo ${name} ${JSON.stringify(args)}`)
    .digest('base64');
}
