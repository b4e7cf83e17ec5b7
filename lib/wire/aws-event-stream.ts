import { crc32 } from 'node:zlib';
import { batchOf } from '../stream/batch.ts';
import { SluiceError } from '../stream/errors.ts';
import type { Frame, ReadFrames, WriteFrame } from './frame.ts';

/*
 * One message, with big-endian numbers:
 *
 *   total length u32 | headers length u32 | CRC-32 of those 8 bytes | headers | payload | CRC-32 of all before it
 *
 * and one header: name length u8, name, type u8, value.
 */
const preludeBytes = 12;
const checksumBytes = 4;

/**
 * The binary messages of Amazon's streaming APIs. An exception or error message becomes a `failure` frame whose event
 * is the exception type or the error code. An error's message is wrapped in JSON, as Amazon does for an exception's.
 *
 * Throws `upstream_protocol_error` for a wrong checksum, an impossible length or one above `maxFrameBytes`, or
 * invalid headers. Throws `upstream_cut` if the bytes end inside a message.
 */
export const readAwsEventStream: ReadFrames = async function* (bytes, { maxFrameBytes }) {
  const prelude = Buffer.alloc(preludeBytes);
  // Holds the prelude, then the whole message, so that each byte is copied only once, however the bytes are split.
  let message: Buffer = prelude;
  let filled = 0;
  const headers = new HeaderReader();

  function* read(piece: Uint8Array): Generator<Frame> {
    for (let offset = 0; offset < piece.length; ) {
      const count = Math.min(message.length - filled, piece.length - offset);
      message.set(piece.subarray(offset, offset + count), filled);
      offset += count;
      filled += count;
      if (filled < message.length) continue;
      if (message === prelude) {
        message = Buffer.allocUnsafe(checkedLength(prelude, maxFrameBytes));
        message.set(prelude);
      } else {
        yield toFrame(message, headers);
        message = prelude;
        filled = 0;
      }
    }
  }

  for await (const piece of bytes) for (const frames of batchOf(read(piece))) yield frames;
  if (filled > 0) throw new SluiceError('upstream_cut', 'The provider closed the stream inside a message.');
};

/** One message with Bedrock's headers of an event, or of an exception for a failure frame. */
export const writeAwsEventStream: WriteFrame = ({ event = '', data, failure }) => {
  const type = failure ? 'exception' : 'event';
  const headers = headersOf(type, event);
  const message = Buffer.allocUnsafe(preludeBytes + headers.length + Buffer.byteLength(data) + checksumBytes);
  message.writeUInt32BE(message.length, 0);
  message.writeUInt32BE(headers.length, 4);
  message.writeUInt32BE(crc32(message.subarray(0, 8)), 8);
  message.set(headers, preludeBytes);
  message.write(data, preludeBytes + headers.length);
  message.writeUInt32BE(crc32(message.subarray(0, -checksumBytes)), message.length - checksumBytes);
  return message;
};

function checkedLength(prelude: Buffer, maxFrameBytes: number): number {
  if (crc32(prelude.subarray(0, 8)) !== prelude.readUInt32BE(8)) throw protocolError('with a bad prelude checksum');
  const length = prelude.readUInt32BE(0);
  if (length > maxFrameBytes) throw protocolError(`of more than ${maxFrameBytes} bytes`);
  if (length < preludeBytes + prelude.readUInt32BE(4) + checksumBytes) throw protocolError('with inconsistent lengths');
  return length;
}

function toFrame(message: Buffer, reader: HeaderReader): Frame {
  const end = message.length - checksumBytes;
  if (crc32(message.subarray(0, end)) !== message.readUInt32BE(end)) throw protocolError('with a bad checksum');
  const payload = preludeBytes + message.readUInt32BE(4);
  const headers = reader.read(message.subarray(preludeBytes, payload));
  const data = message.toString('utf8', payload, end);
  switch (headers.get(':message-type')) {
    case 'event':
      return { event: named(headers, ':event-type'), data };
    case 'exception':
      return { event: named(headers, ':exception-type'), data, failure: true };
    case 'error':
      return {
        event: named(headers, ':error-code'),
        data: JSON.stringify({ message: headers.get(':error-message') ?? '' }),
        failure: true,
      };
    default:
      throw protocolError('of an unknown type');
  }
}

function named(headers: ReadonlyMap<string, string>, header: string): string {
  const name = headers.get(header);
  if (name === undefined) throw protocolError(`without ${header}`);
  return name;
}

const stringType = 7;

/** The size of a header value by its type: true, false, byte, short, int, long, bytes, string, timestamp, UUID. */
const valueBytes = [0, 0, 1, 2, 4, 8, 'length-prefixed', 'length-prefixed', 8, 16] as const;

/** Nearly always, a message has the same headers as the one before it. */
class HeaderReader {
  #bytes = Buffer.alloc(0);
  #headers: ReadonlyMap<string, string> = new Map();

  read(bytes: Buffer): ReadonlyMap<string, string> {
    if (!bytes.equals(this.#bytes)) {
      this.#headers = readHeaders(bytes);
      this.#bytes = Buffer.from(bytes);
    }
    return this.#headers;
  }
}

/** The headers of type string. All of Bedrock's are strings. Ignores other types. */
function readHeaders(bytes: Buffer): Map<string, string> {
  const headers = new Map<string, string>();
  let at = 0;
  /** Advances by `count` bytes and returns the previous position. */
  const take = (count: number): number => {
    at += count;
    if (at > bytes.length) throw protocolError('with invalid headers');
    return at - count;
  };
  while (at < bytes.length) {
    const nameLength = bytes.readUInt8(take(1));
    const name = take(nameLength);
    const type = bytes.readUInt8(take(1));
    const size = valueBytes[type];
    if (size === undefined) throw protocolError('with invalid headers');
    const valueLength = size === 'length-prefixed' ? bytes.readUInt16BE(take(2)) : size;
    const value = take(valueLength);
    if (type === stringType) headers.set(bytes.toString('utf8', name, name + nameLength), bytes.toString('utf8', value, at));
  }
  return headers;
}

const maxKnownHeaders = 64;

/**
 * Cached headers by type and event. Bedrock has a dozen. The cache is bounded, because a provider could send
 * anything.
 */
const knownHeaders = new Map<string, Buffer>();

function headersOf(type: 'event' | 'exception', event: string): Buffer {
  const key = `${type} ${event}`;
  const known = knownHeaders.get(key);
  if (known) return known;
  const headers = Buffer.concat([
    stringHeader(`:${type}-type`, event),
    stringHeader(':content-type', 'application/json'),
    stringHeader(':message-type', type),
  ]);
  if (knownHeaders.size < maxKnownHeaders) knownHeaders.set(key, headers);
  return headers;
}

function stringHeader(name: string, value: string): Buffer {
  const nameBytes = Buffer.from(name);
  const bytes = Buffer.from(value);
  const valueLength = Buffer.alloc(2);
  valueLength.writeUInt16BE(bytes.length);
  return Buffer.concat([Buffer.of(nameBytes.length), nameBytes, Buffer.of(stringType), valueLength, bytes]);
}

function protocolError(what: string): SluiceError {
  return new SluiceError('upstream_protocol_error', `The provider sent a message ${what}.`);
}
