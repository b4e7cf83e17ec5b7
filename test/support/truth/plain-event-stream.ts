import type { JsonObject } from '../../../lib/stream/json.ts';
import { objectOf, parsed } from './truth.ts';

/** One AWS event-stream message: the string headers without their colon, and the payload. */
export interface PlainMessage {
  headers: Record<string, string>;
  payload: JsonObject;
}

const overhead = 16;
const stringHeader = 7;

/** The whole messages in these bytes, checksums unread; what is cut at the end is left out. */
export function plainMessages(bytes: Uint8Array): PlainMessage[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const messages: PlainMessage[] = [];
  for (let at = 0; at + overhead <= bytes.length; ) {
    const total = view.getUint32(at);
    const headersEnd = at + 12 + view.getUint32(at + 4);
    if (total < overhead || at + total > bytes.length) break;
    const headers: Record<string, string> = {};
    for (let here = at + 12; here < headersEnd; ) {
      const nameEnd = here + 1 + view.getUint8(here);
      const name = text(bytes.subarray(here + 1, nameEnd));
      if (view.getUint8(nameEnd) !== stringHeader) throw new Error(`The header ${name} is not a string.`);
      here = nameEnd + 3 + view.getUint16(nameEnd + 1);
      headers[name.slice(1)] = text(bytes.subarray(nameEnd + 3, here));
    }
    messages.push({ headers, payload: objectOf(parsed(text(bytes.subarray(headersEnd, at + total - 4)))) });
    at += total;
  }
  return messages;
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
