import type { Bytes, Frame } from '../../wire/frame.ts';

const preludeBytes = 12;
const checksumBytes = 4;
const stringType = 7;

/**
 * Amazon's binary messages: total length, length of the headers, checksum of both, headers, payload, checksum of
 * everything before it. `lib/wire/aws-event-stream.ts` reads them faster with Node-only functions. Only supports
 * string headers, which all of Converse's are. An incomplete last message was cut and is dropped. Throws an Error for
 * an invalid message, or one of more than `maxFrameBytes`.
 */
export async function* readAwsMessages(bytes: Bytes, maxFrameBytes: number): AsyncGenerator<Frame> {
  // Holds the prelude, then the whole message, so that each byte is copied only once, however the bytes are split.
  let message = new Uint8Array(preludeBytes);
  let filled = 0;
  for await (const piece of bytes) {
    for (let offset = 0; offset < piece.length; ) {
      const count = Math.min(message.length - filled, piece.length - offset);
      message.set(piece.subarray(offset, offset + count), filled);
      offset += count;
      filled += count;
      if (filled < message.length) continue;
      if (filled === preludeBytes) {
        const whole = new Uint8Array(lengthIn(message, maxFrameBytes));
        whole.set(message);
        message = whole;
      } else {
        yield toFrame(message);
        message = new Uint8Array(preludeBytes);
        filled = 0;
      }
    }
  }
}

function lengthIn(prelude: Uint8Array, maxFrameBytes: number): number {
  const length = numberAt(prelude, 0);
  if (crc32(prelude.subarray(0, 8)) !== numberAt(prelude, 8)) throw broken('does not match its checksum');
  if (length < preludeBytes + numberAt(prelude, 4) + checksumBytes) throw broken('is too short');
  if (length > maxFrameBytes) throw broken(`has more than ${maxFrameBytes} bytes`);
  return length;
}

function toFrame(message: Uint8Array): Frame {
  const end = message.length - checksumBytes;
  if (crc32(message.subarray(0, end)) !== numberAt(message, end)) throw broken('does not match its checksum');
  const payload = preludeBytes + numberAt(message, 4);
  const headers = headersIn(message.subarray(preludeBytes, payload));
  const event = headers.get(':event-type');
  const data = text(message.subarray(payload, end));
  if (headers.get(':message-type') === 'event' && event !== undefined) return { event, data };
  const failure = headers.get(':exception-type') ?? headers.get(':error-code');
  if (failure === undefined) throw broken('has an unknown type');
  return { event: failure, data: data || JSON.stringify({ message: headers.get(':error-message') ?? '' }), failure: true };
}

/** Name length u8, name, type u8, value length u16, value. */
function headersIn(bytes: Uint8Array): Map<string, string> {
  const headers = new Map<string, string>();
  for (let at = 0; at < bytes.length; ) {
    const name = at + 1;
    const type = name + (bytes[at] ?? 0);
    const value = type + 3;
    const end = value + ((bytes[type + 1] ?? 0) << 8) + (bytes[type + 2] ?? 0);
    if (bytes[type] !== stringType || end > bytes.length) throw broken('has invalid headers');
    headers.set(text(bytes.subarray(name, type)), text(bytes.subarray(value, end)));
    at = end;
  }
  return headers;
}

function numberAt(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(at);
}

const decoder = new TextDecoder();

function text(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

function broken(how: string): Error {
  return new Error(`A message ${how}.`);
}

const remainders = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++) remainder = remainder & 1 ? (remainder >>> 1) ^ 0xedb88320 : remainder >>> 1;
  return remainder;
});

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ (remainders[(crc ^ byte) & 0xff] ?? 0);
  return (crc ^ 0xffffffff) >>> 0;
}
