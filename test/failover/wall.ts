import type { Socket } from 'node:net';
import type { ConfigInput } from '../../lib/config/schema.ts';
import type { JsonObject } from '../../lib/stream/json.ts';
import type { Client } from '../support/clients.ts';
import { chunkOf, endOfChunks, plainAnswer, streamHead } from '../support/http-bytes.ts';
import { type ManualClock, manualClock } from '../support/manual-clock.ts';
import { type ProviderStream, wholeAnswer } from '../support/provider-streams/provider-stream.ts';
import { rawServer } from '../support/raw-server.ts';
import { type Stack, startStack } from '../support/stack.ts';
import { listOf, objectOf, parsed } from '../support/truth/truth.ts';
import { truthOf } from '../support/truth/truth-of.ts';

/** The whole answer: sixty words. */
export const words: readonly string[] = Array.from({ length: 60 }, (_, at) => `${at === 0 ? '' : ' '}word${at}`);
export const answer: string = words.join('');

/** What the primary provider does with one request. */
export interface Turn {
  readonly providerStream: ProviderStream;
  readonly socket: Socket;
  /** The how-many-eth request this is, from 1. */
  readonly attempt: number;
  /** Time since the first request of the scenario, in milliseconds of the clock. */
  readonly now: number;
  /** Does something later, in milliseconds of the clock. */
  readonly later: (ms: number, action: () => void) => void;
}

export interface WallSettings {
  readonly primary: ProviderStream;
  readonly fallback: ProviderStream;
  readonly behave: (turn: Turn) => void;
  /** What the operator configured for the model beside its two targets. */
  readonly policy: Policy;
  /** The fallback refuses a conversation that ends in an assistant's turn. */
  readonly rejectsPrefill?: boolean;
}

type Policy = Omit<Exclude<NonNullable<ConfigInput['models']>[string], string>, 'targets'>;

/** The policies under which every scenario runs: nothing configured, and everything that helps. */
export const policies = {
  defaults: {},
  tuned: { retries: 1, timeouts: { firstContent: '10s', idle: '10s' }, continue: 'text' },
} as const satisfies Record<string, Policy>;

/** What the client saw of one request. */
export interface Called {
  readonly outcome: 'success' | 'error';
  readonly text: string;
  readonly model: string;
  readonly usage: boolean;
  readonly error: string;
  /** How long it took, in milliseconds of the clock. */
  readonly elapsed: number;
}

/** A gateway with two targets, its clock, and the requests to its two providers. */
export interface Wall {
  readonly clock: ManualClock;
  /** When the primary got requests, in milliseconds of the clock since the start. */
  readonly primaryAt: number[];
  /** The number of requests it served well. */
  readonly fallbackAsked: number;
  readonly prefillsRejected: number;
  call(client: Client, model?: string): Promise<Called>;
  close(): Promise<void>;
}

/** Real sockets must be quiet for this long, in real milliseconds, before the clock advances. */
const quietMs = 15;
const stepMs = 250;

export async function startWall({ primary, fallback, behave, policy, rejectsPrefill = false }: WallSettings): Promise<Wall> {
  const clock = manualClock();
  const primaryAt: number[] = [];
  let fallbackAsked = 0;
  let prefillsRejected = 0;
  // Not watchers of the clock, which have to be gone at the end.
  let timers: { at: number; action: () => void }[] = [];
  let lastMove = performance.now();
  const moved = () => {
    lastMove = performance.now();
  };
  const first = await rawServer((socket) => {
    moved();
    primaryAt.push(clock.now());
    const later = (ms: number, action: () => void) => void timers.push({ at: clock.now() + ms, action });
    behave({ providerStream: primary, socket, attempt: primaryAt.length, now: clock.now(), later });
  });
  const second = await rawServer(async (socket, head) => {
    moved();
    fallbackAsked++;
    const body = await wholeBody(socket, head);
    const turns = listOf(body.messages ?? body.input ?? body.contents);
    if (rejectsPrefill && /assistant|model/.test(String(turns.at(-1)?.role))) {
      prefillsRejected++;
      const { body: refusal, headers } = fallback.refusal(
        'invalid_request_error',
        'This model does not support assistant message prefill.',
      );
      socket.end(plainAnswer(400, 'application/json', refusal, headers));
    } else answerAll({ providerStream: fallback, socket });
  });
  const target = (name: string, { model }: ProviderStream) => `${name}/${model}-of-${name}`;
  const stack = startStack({
    clock,
    config: {
      providers: {
        primary: { kind: primary.kind, baseUrl: first.url.href, key: { env: 'TEST_KEY' } },
        fallback: { kind: fallback.kind, baseUrl: second.url.href, key: { env: 'TEST_KEY' } },
      },
      models: {
        steady: {
          targets: [target('primary', primary), target('fallback', fallback)],
          ...policy,
        },
        healthy: target('fallback', fallback),
      },
    },
  });
  return {
    clock,
    primaryAt,
    get fallbackAsked() {
      return fallbackAsked;
    },
    get prefillsRejected() {
      return prefillsRejected;
    },
    async call(client, model = 'steady') {
      const start = clock.now();
      let done = false;
      const called = readCall(stack, client, model, moved).finally(() => {
        done = true;
      });
      while (!done) {
        await new Promise((resolve) => setTimeout(resolve, 3));
        if (!done && performance.now() - lastMove > quietMs) {
          await clock.advance(stepMs);
          moved();
          for (const { at, action } of timers) if (at <= clock.now()) action();
          timers = timers.filter(({ at }) => at > clock.now());
        }
      }
      return { ...(await called), elapsed: clock.now() - start };
    },
    async close() {
      await Promise.all([first.close(), second.close()]);
    },
  };
}

/** Says the whole answer. */
export function answerAll({ providerStream, socket }: Pick<Turn, 'providerStream' | 'socket'>): void {
  socket.end(Buffer.concat([streamHead(providerStream), chunkOf(...wholeAnswer(providerStream, ...words)), endOfChunks]));
}

/** Says so many words of the answer, and leaves the connection as it is. */
export function answerPart({ providerStream, socket }: Pick<Turn, 'providerStream' | 'socket'>, count: number): void {
  const sentFrames = words.slice(0, count).map((word) => providerStream.text(word));
  socket.write(Buffer.concat([streamHead(providerStream), chunkOf(providerStream.envelope, ...sentFrames)]));
}

/** The body of a request, of which the head and maybe more has come. */
async function wholeBody(socket: Socket, head: string): Promise<JsonObject> {
  const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
  let text = head.slice(head.indexOf('\r\n\r\n') + 4);
  while (Buffer.byteLength(text) < length) text += String(await new Promise((resolve) => socket.once('data', resolve)));
  return objectOf(parsed(text));
}

async function readCall(stack: Stack, client: Client, model: string, moved: () => void): Promise<Omit<Called, 'elapsed'>> {
  const { path, body } = client.ask(model, true);
  const shown = /^openai-(chat|completions)$/.test(client.dialect) && { stream_options: { include_usage: true } };
  const response = await stack.post(path, { ...body, ...shown });
  moved();
  const pieces: Uint8Array[] = [];
  for await (const piece of response.body ?? []) {
    moved();
    pieces.push(piece);
  }
  const bytes = Buffer.concat(pieces);
  if (response.status !== 200) {
    const { message } = client.failure(objectOf(parsed(bytes.toString())), response.headers);
    return { outcome: 'error', text: '', model: '', usage: false, error: message };
  }
  const truth = truthOf({ format: client.dialect, bytes });
  return {
    outcome: truth.complete ? 'success' : 'error',
    text: truth.text,
    model: response.headers.get('x-sluice-model') ?? '',
    // The text completions of Anthropic have no place for it.
    usage: (truth.usage.output ?? 0) > 0 || client.dialect === 'anthropic-complete',
    error: truth.error?.message ?? '',
  };
}
