import { createHash } from 'node:crypto';

/** What an emulated Claude signs its thinking with; changed or invented thinking is refused, as the real one does. */
export function signThinking(thinking: string): string {
  return `EqQB${createHash('sha256').update(`demo ${thinking}`).digest('base64')}`;
}
