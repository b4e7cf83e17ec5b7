import { EventStreamCodec } from '@smithy/core/event-streams';
import { fromUtf8, toUtf8 } from '@smithy/core/serde';
import type { JsonObject } from '../../../lib/stream/json.ts';
import { objectOf, parsed } from '../truth/truth.ts';
import { type Rule, unless } from './rule.ts';
import { maxLineBytes } from './sse-stream.ts';

/** One message as Amazon's own codec reads it. */
export interface AwsMessage {
  readonly headers: Readonly<Record<string, unknown>>;
  /** Its event or exception. */
  readonly name: string;
  readonly failure: boolean;
  readonly bytes: number;
  /** Empty where the payload is no JSON object. */
  readonly payload: JsonObject;
  readonly isObject: boolean;
}

export interface AwsStream {
  readonly messages: readonly AwsMessage[];
  /** The codec's message about bytes that it could not read. */
  readonly unreadable: string | undefined;
}

const codec = new EventStreamCodec(toUtf8, fromUtf8);

export function readMessages(bytes: Uint8Array): AwsStream {
  const messages: AwsMessage[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    for (let at = 0; at < bytes.length; ) {
      const length = view.getUint32(at);
      messages.push(messageOf(bytes.subarray(at, at + length)));
      at += length;
    }
  } catch (thrown) {
    return { messages, unreadable: String(thrown) };
  }
  return { messages, unreadable: undefined };
}

function messageOf(bytes: Uint8Array): AwsMessage {
  const { headers: typed, body } = codec.decode(bytes);
  const headers = Object.fromEntries(Object.entries(typed).map(([name, { value }]) => [name, value]));
  const value = parsed(Buffer.from(body).toString());
  return {
    headers,
    name: String(headers[':event-type'] ?? headers[':exception-type']),
    failure: headers[':message-type'] === 'exception',
    bytes: bytes.length,
    payload: objectOf(value),
    isObject: typeof value === 'object' && value !== null && !Array.isArray(value),
  };
}

/** Exceptions that the SDKs know inside a stream; any other is raised as an error without a class. */
const modelled = [
  'internalServerException',
  'modelStreamErrorException',
  'serviceUnavailableException',
  'throttlingException',
  'validationException',
];

/** What holds for every binary stream that leaves us. */
export const awsRules: readonly Rule<AwsStream>[] = [
  {
    id: 'framing',
    says: 'The bytes are whole messages whose checksums are right.',
    broken: ({ unreadable }) => (unreadable === undefined ? [] : [unreadable]),
  },
  {
    id: 'headers',
    says: 'Three headers: the type of the message, of its event or exception, and of its JSON.',
    broken: ({ messages }) =>
      messages.flatMap(({ headers }, at) => {
        const kind = headers[':message-type'];
        const whole =
          (kind === 'event' || kind === 'exception') &&
          typeof headers[`:${kind}-type`] === 'string' &&
          headers[':content-type'] === 'application/json' &&
          Object.keys(headers).length === 3;
        return unless(whole, `message ${at} has ${JSON.stringify(headers)}`);
      }),
  },
  {
    id: 'json',
    says: 'Each payload is one JSON object.',
    broken: ({ messages }) => messages.flatMap(({ isObject }, at) => unless(isObject, `message ${at} carries none`)),
  },
  {
    id: 'exception-form',
    says: 'A failure is an exception that the SDKs know, with its message.',
    broken: ({ messages }) =>
      messages.flatMap(({ name, failure, payload }, at) =>
        unless(
          !failure || (modelled.includes(name) && typeof payload.message === 'string' && payload.message !== ''),
          `message ${at} is ${name} ${JSON.stringify(payload)}`,
        ),
      ),
  },
  {
    id: 'failure-last',
    says: 'Nothing follows a failure.',
    broken: ({ messages }) => {
      const at = messages.findIndex(({ failure }) => failure);
      return unless(at < 0 || at === messages.length - 1, `message ${at} of ${messages.length} is a failure`);
    },
  },
];

/** Text that can be cut is cut, between code points. `pieces` are the texts of a payload that can be. */
export function splittingRules(pieces: (payload: JsonObject) => string[]): readonly Rule<AwsStream>[] {
  return [
    {
      id: 'message-size',
      says: 'No message is larger than 16 KiB, unless it cannot be split.',
      broken: ({ messages }) =>
        messages.flatMap(({ bytes, payload }, at) => {
          const text = pieces(payload).reduce((sum, piece) => sum + Buffer.byteLength(JSON.stringify(piece)) - 2, 0);
          return unless(bytes <= maxLineBytes || bytes - text > maxLineBytes, `message ${at} is ${bytes} bytes`);
        }),
    },
    {
      id: 'code-points',
      says: 'Text and arguments are split between code points, never inside one.',
      broken: ({ messages }) =>
        messages.flatMap(({ payload }, at) =>
          unless(
            pieces(payload).every((piece) => piece.isWellFormed()),
            `message ${at} has half a code point`,
          ),
        ),
    },
  ];
}
