import { createHash } from 'node:crypto';
import type { JsonObject } from '../stream/json.ts';

/** The signature of an emulated Claude for its thinking. Like the real one, it rejects changed or invented thinking. */
export function signThinking(thinking: string): string {
  return `EqQB${createHash('sha256').update(`demo ${thinking}`).digest('base64')}`;
}

/** The signature of an emulated Gemini for a call. It is rejected on any other call. */
export function signCall(name: string, args: JsonObject): string {
  return createHash('sha256')
    .update(`demo ${name} ${JSON.stringify(args)}`)
    .digest('base64');
}

/** The encrypted reasoning of an emulated OpenAI. Only its own values are accepted. */
export function encryptReasoning(thought: string): string {
  const check = createHash('sha256').update(`demo ${thought}`).digest('base64url');
  return `gAAAAA${check}${Buffer.from(thought).toString('base64url')}`;
}

/** The prefix, and thirty-two bytes as base64url. */
const prefixLength = 'gAAAAA'.length + 43;

export function isEncryptedReasoning(encrypted: string): boolean {
  return encrypted === encryptReasoning(Buffer.from(encrypted.slice(prefixLength), 'base64url').toString());
}
