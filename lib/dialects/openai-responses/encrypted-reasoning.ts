import { type Json, parseJsonObject } from '../../stream/json.ts';

/**
 * What another dialect's reasoning needs to be sent back to its model: the signature of its text, or opaque
 * reasoning. Unsigned reasoning has neither.
 */
export interface EncryptedReasoning {
  readonly signature?: string;
  readonly redacted?: string;
}

/**
 * The prefix of our own values. `encrypted_content` is opaque to clients, who send it back unchanged. OpenAI's own
 * value is passed through. Anything else is `sluice.1.` and base64url of the JSON `{"signature": …}` or `{"redacted":
 * …}`.
 */
const mark = 'sluice.1.';

/** OpenAI's own values start like this: a Fernet token of version 0x80. */
const openaiMark = 'gAAAA';

export function encryptReasoning(reasoning: EncryptedReasoning): string {
  return mark + Buffer.from(JSON.stringify(reasoning)).toString('base64url');
}

/** True if this value is ours, valid or not. */
export function isEncryptedReasoning(encryptedContent: Json | undefined): boolean {
  return typeof encryptedContent === 'string' && encryptedContent.startsWith(mark);
}

/** The wrapped value. `undefined` if it was modified. */
export function decryptReasoning(encryptedContent: string): EncryptedReasoning | undefined {
  const encoded = encryptedContent.slice(mark.length);
  const decrypted = /^[\w-]+$/.test(encoded) ? parseJsonObject(Buffer.from(encoded, 'base64url').toString()) : undefined;
  if (!decrypted) return undefined;
  const { signature, redacted, ...others } = decrypted;
  if (Object.keys(others).length > 0) return undefined;
  if (typeof redacted === 'string') return { redacted };
  if (typeof signature === 'string') return { signature };
  return signature === undefined && redacted === undefined ? {} : undefined;
}

/** True if OpenAI created this signature or opaque reasoning. OpenAI rejects any other. */
export function isOpenaiReasoning(text: string): boolean {
  return text.startsWith(openaiMark);
}
