import type { Socket } from 'node:net';
import type { ErrorKind } from '../../lib/stream/errors.ts';
import { chunkOf, endOfChunks, plainAnswer, streamHead } from '../support/http-bytes.ts';
import { type ProviderStream, type SpokenName, wholeAnswer } from '../support/provider-streams/provider-stream.ts';

/** The answer that every provider here means to give, in pieces. */
export const texts = ['Grüße, ', '東京 ', '🌍 ', 'and ', 'so ', 'on.'] as const;
export const fullText: string = texts.join('');

/** One connection that a provider spoils. */
export interface Scene {
  readonly providerStream: ProviderStream;
  readonly socket: Socket;
  /** The how-many-eth connection this is, from 1. */
  readonly attempt: number;
  /** Resolves when the gateway has taken the head of this answer; when its first content has gone on. */
  readonly headTaken: Promise<void>;
  readonly contentTaken: Promise<void>;
  /** Where the provider itself is. */
  readonly url: URL;
}

type PerKind<Value> = Value | Partial<Record<SpokenName, Value>>;

/** One fault, and what must become of it. */
export interface Fault {
  /** Its row in the matrix. */
  readonly row: number;
  readonly name: string;
  /** The kinds of provider that can have it. The default is all. */
  readonly kinds?: readonly SpokenName[];
  behave(scene: Scene): void | Promise<void>;
  /** Where the provider is instead of where its server listens. */
  readonly at?: (url: URL) => URL;
  /** The client has received content when it happens. */
  readonly after?: boolean;
  readonly outcome: PerKind<ErrorKind | 'ok'>;
  /** The number of attempts. One retry is allowed, unless `retries` changes that. */
  readonly attempts?: PerKind<number>;
  /** No other target is tried. */
  readonly final?: true;
  readonly retries?: number;
  /** The text of an answer that is whole, where it is not the usual one. */
  readonly text?: string;
  readonly timeouts?: { connect?: string; firstContent?: string; idle?: string; total?: string };
  /** The status has to be sent before there is content: after this long, with a heartbeat as often. */
  readonly commitAfterMs?: number;
  /** Texts that the client must receive, and texts that it must not. */
  readonly says?: string;
  readonly hides?: readonly string[];
  /** A client of the provider's own dialect receives the provider's own error. */
  readonly verbatim?: true;
  /** The wait in seconds that a rejected client sees: minimum and maximum. */
  readonly retryAfter?: readonly [number, number];
  /** Usage in the log; `none` where the provider gave none. */
  readonly usage?: { input?: number; output?: number } | 'none';
}

/** The value for this kind of provider. */
export function forKind<Value extends string | number>(value: PerKind<Value>, kind: SpokenName): Value {
  if (typeof value !== 'object') return value;
  const own = (value as Partial<Record<SpokenName, Value>>)[kind];
  if (own === undefined) throw new Error(`nothing is expected of ${kind}`);
  return own;
}

/** How a connection ends: rightly, by a FIN too early, by a FIN of one side, by a reset, or never. */
export type Ending = 'end' | 'fin' | 'half-close' | 'reset' | 'silence';

export function endBy(socket: Socket, ending: Ending, rest: Uint8Array = Buffer.alloc(0)): void {
  if (ending === 'end') socket.end(Buffer.concat([chunkOf(rest), endOfChunks]));
  else if (ending === 'fin') socket.end(chunkOf(rest));
  else if (ending === 'half-close') {
    socket.allowHalfOpen = true;
    socket.end(chunkOf(rest));
  } else if (ending === 'reset') socket.write(chunkOf(rest), () => socket.resetAndDestroy());
  else socket.write(chunkOf(rest));
}

/** Says a whole answer well. */
export function answerWell({ providerStream, socket }: Pick<Scene, 'providerStream' | 'socket'>, ...words: string[]): void {
  const expectedTexts = words.length === 0 ? texts : words;
  socket.end(Buffer.concat([streamHead(providerStream), chunkOf(...wholeAnswer(providerStream, ...expectedTexts)), endOfChunks]));
}

/** A whole answer of another form than usual, which must still be taken for what it is. */
export function tolerated(
  row: number,
  name: string,
  body: (providerStream: ProviderStream) => Uint8Array,
  more: Partial<Fault> = {},
): Fault {
  return {
    row,
    name,
    outcome: 'ok',
    behave: ({ providerStream, socket }) =>
      void socket.end(Buffer.concat([streamHead(providerStream), chunkOf(body(providerStream)), endOfChunks])),
    ...more,
  };
}

/** The call is refused with this status. */
export function refused(
  row: number,
  status: number,
  outcome: Fault['outcome'],
  { type = 'other', message = 'Because of a reason.', headers = [], ...more }: RefusalSettings = {},
): Fault {
  return {
    row,
    name: `${status}${headers.length > 0 ? ` ${headers.join(', ')}` : ''}`,
    outcome,
    says: message,
    behave({ providerStream, socket }) {
      const refusal = providerStream.refusal(forKind(type, providerStream.name), message);
      socket.end(plainAnswer(status, 'application/json', refusal.body, [...refusal.headers, ...headers]));
    },
    ...more,
  };
}

interface RefusalSettings extends Partial<Fault> {
  readonly type?: PerKind<string>;
  readonly message?: string;
  readonly headers?: readonly string[];
}

/** Bytes in a stream that spoil it, and how it ends then; before any content and after the first. */
export function spoiled(
  row: number,
  name: string,
  { bytes, ending = 'end', before, after, ...more }: SpoiledSettings,
): readonly Fault[] {
  const common = { row, ...more };
  return [
    ...(before
      ? [
          {
            ...common,
            name: `${name}, before content`,
            ...before,
            async behave({ providerStream, socket, headTaken }: Scene) {
              socket.write(Buffer.concat([streamHead(providerStream), chunkOf(providerStream.envelope)]));
              await headTaken;
              endBy(socket, ending, bytes(providerStream));
            },
          },
        ]
      : []),
    ...(after
      ? [
          {
            ...common,
            name: `${name}, after content`,
            after: true,
            ...after,
            async behave({ providerStream, socket, contentTaken }: Scene) {
              socket.write(
                Buffer.concat([streamHead(providerStream), chunkOf(providerStream.envelope, providerStream.text(texts[0]))]),
              );
              await contentTaken;
              endBy(socket, ending, bytes(providerStream));
            },
          },
        ]
      : []),
  ];
}

interface SpoiledSettings extends Partial<Omit<Fault, 'row' | 'name' | 'behave' | 'after'>> {
  readonly bytes: (providerStream: ProviderStream) => Uint8Array;
  readonly ending?: Ending;
  readonly before?: Pick<Fault, 'outcome' | 'attempts'> & Partial<Fault>;
  readonly after?: Pick<Fault, 'outcome'> & Partial<Fault>;
}
