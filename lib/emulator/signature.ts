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

/** What an emulated OpenAI gives its reasoning as; only what it has sealed itself is taken back. */
export function encryptReasoning(thought: string): string {
  const check = createHash('sha256').update(`demo ${thought}`).digest('base64url');
  return `gAAAAA${check}${Buffer.from(thought).toString('base64url')}`;
}

/** The mark, and thirty-two bytes as base64url has them. */
const sealLength = 'gAAAAA'.length + 43;

export function isEncryptedReasoning(sealed: string): boolean {
  return sealed === encryptReasoning(Buffer.from(sealed.slice(sealLength), 'base64url').toString());
}
