import { type Json, parseJsonObject } from '../../stream/json.ts';

/**
 * What reasoning of another dialect needs to go back to the model that made it: the signature of its text, or reasoning
 * that only the model can read. Neither, for reasoning that nobody signed.
 */
export interface EncryptedReasoning {
  readonly signature?: string;
  readonly redacted?: string;
}

/**
 * The mark of ours. `encrypted_content` is opaque to clients, who give it back as it came: OpenAI's own stands there as
 * OpenAI made it, anything else is `sluice.1.` and base64url of JSON, `{"signature": …}` or `{"redacted": …}`.
 */
const mark = 'sluice.1.';

/** OpenAI's own begins so: a Fernet token of version 0x80. */
const openaiMark = 'gAAAA';

export function encryptReasoning(reasoning: EncryptedReasoning): string {
  return mark + Buffer.from(JSON.stringify(reasoning)).toString('base64url');
}

/** Is this one that we have sealed, whole or not? */
export function isEncryptedReasoning(encryptedContent: Json | undefined): boolean {
  return typeof encryptedContent === 'string' && encryptedContent.startsWith(mark);
}

/** What was sealed; `undefined` where it was changed since. */
export function decryptReasoning(encryptedContent: string): EncryptedReasoning | undefined {
  const encoded = encryptedContent.slice(mark.length);
  const sealed = /^[\w-]+$/.test(encoded) ? parseJsonObject(Buffer.from(encoded, 'base64url').toString()) : undefined;
  if (!sealed) return undefined;
  const { signature, redacted, ...others } = sealed;
  if (Object.keys(others).length > 0) return undefined;
  if (typeof redacted === 'string') return { redacted };
  if (typeof signature === 'string') return { signature };
  return signature === undefined && redacted === undefined ? {} : undefined;
}

/** Is this signature, or opaque reasoning, of OpenAI's making? Others would be refused by it. */
export function isOpenaiReasoning(text: string): boolean {
  return text.startsWith(openaiMark);
}
