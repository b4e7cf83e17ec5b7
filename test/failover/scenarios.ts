import { chunkOf, endOfChunks, plainAnswer, streamHead } from '../support/http-bytes.ts';
import type { SpokenName } from '../support/provider-streams/provider-stream.ts';
import { wholeAnswer } from '../support/provider-streams/provider-stream.ts';
import { answerAll, answerPart, type Called, type Turn, type Wall, type WallSettings, words } from './wall.ts';

/** What one scenario has shown. */
export interface Shown {
  readonly wall: Wall;
  readonly called: Called;
}

/** One way for a primary provider to misbehave, and what the gateway must do about it. */
export interface Scenario {
  readonly id: string;
  readonly name: string;
  readonly behave: WallSettings['behave'];
  readonly rejectsPrefill?: true;
  /** The answer breaks off after its beginning, so only `continue: 'text'` can complete it. Without, an error is due. */
  readonly breaksOff?: true;
  /** The client must get an error. In every other scenario it must get the whole answer. */
  readonly ideal?: 'error';
  /** Requests, and the milliseconds between them on the clock. The default is one request. */
  readonly sequence?: { readonly count: number; readonly everyMs: number };
  /** What else has to hold, each by its name. */
  readonly checks: Readonly<Record<string, (shown: Shown) => boolean>>;
}

function refuse(
  { providerStream, socket }: Turn,
  status: number,
  types: Record<SpokenName, string>,
  message: string,
  more: string[] = [],
) {
  const { body, headers } = providerStream.refusal(types[providerStream.name], message);
  socket.end(plainAnswer(status, 'application/json', body, [...headers, ...more]));
}

/** A word for each kind of provider: OpenAI's, Anthropic's, Amazon's and Google's. */
function wordsOf(openai: string, messages: string, converse: string, gemini: string): Record<SpokenName, string> {
  return { chat: openai, responses: openai, messages, converse, gemini };
}

const limits = wordsOf('rate_limit_exceeded', 'rate_limit_error', 'ThrottlingException', 'RESOURCE_EXHAUSTED');
const busy = wordsOf('server_error', 'overloaded_error', 'ServiceUnavailableException', 'UNAVAILABLE');
const broken = wordsOf('server_error', 'api_error', 'InternalServerException', 'INTERNAL');
const refusals = wordsOf('invalid_request_error', 'invalid_request_error', 'ValidationException', 'INVALID_ARGUMENT');

const overloaded = (turn: Turn) => refuse(turn, 503, busy, 'The engine is overloaded.');
const within = (times: readonly number[], ms: number) => times.filter((time) => time - (times[0] ?? 0) < ms).length;

/** How long the primary of the flapping scenario is down, in milliseconds. */
const outageMs = 60_000;

/** How the providers of each kind say that a request is too long, and that it is not to be answered. */
const tooLong = wordsOf(
  "This model's maximum context length is 8192 tokens.",
  'prompt is too long: 209631 tokens > 200000 maximum',
  'Input is too long for requested model.',
  'The input token count (1200000) exceeds the maximum number of tokens allowed (1048575).',
);
const filtered = wordsOf(
  'Your request was rejected as a result of our safety system. (content_policy_violation)',
  'Output blocked by content filtering policy',
  'The generated text has been blocked by our content filters.',
  'The prompt was blocked by a content filter.',
);

/** The sixteen scenarios of the public Failover Bench, with its checks; every advisory check counts here. */
export const scenarios: readonly Scenario[] = [
  {
    id: 'S01',
    name: '429 with Retry-After',
    behave: (turn) => (turn.attempt === 1 ? refuse(turn, 429, limits, 'Slow down.', ['retry-after: 2']) : answerAll(turn)),
    checks: {
      'tried again': ({ wall }) => wall.primaryAt.length >= 2,
      'waited as asked': ({ wall: { primaryAt } }) => (primaryAt[1] ?? 0) - (primaryAt[0] ?? 0) >= 1_800,
      'no hammering': ({ wall }) => within(wall.primaryAt, 1_500) <= 2,
    },
  },
  {
    id: 'S02',
    name: '429 without Retry-After, persistent',
    behave: (turn) => refuse(turn, 429, limits, 'Slow down.'),
    checks: {
      'no hammering': ({ wall }) => within(wall.primaryAt, 3_000) <= 4,
      'few attempts': ({ wall }) => wall.primaryAt.length <= 6,
    },
  },
  {
    id: 'S03',
    name: '500 once',
    behave: (turn) => (turn.attempt === 1 ? refuse(turn, 500, broken, 'It broke.') : answerAll(turn)),
    checks: { 'tried again at the same provider': ({ wall }) => wall.primaryAt.length === 2 && wall.fallbackAsked === 0 },
  },
  {
    id: 'S04',
    name: '503, persistent',
    behave: overloaded,
    checks: { 'few attempts': ({ wall }) => wall.primaryAt.length <= 6 },
  },
  {
    id: 'S05',
    name: 'a reset before headers, once',
    behave: (turn) => (turn.attempt === 1 ? void turn.socket.resetAndDestroy() : answerAll(turn)),
    checks: {},
  },
  {
    id: 'S06',
    name: 'no response at all',
    behave: ({ socket, later }) => later(120_000, () => socket.end()),
    checks: {
      'within its time': ({ called }) => called.elapsed <= 100_000,
      'a silent provider is asked once': ({ wall }) => wall.primaryAt.length === 1,
    },
  },
  {
    id: 'S07',
    name: 'slow first token',
    behave(turn) {
      turn.socket.write(streamHead(turn.providerStream));
      turn.later(20_000, () =>
        turn.socket.end(Buffer.concat([chunkOf(...wholeAnswer(turn.providerStream, ...words)), endOfChunks])),
      );
    },
    checks: { 'within 15 s': ({ called }) => called.elapsed <= 15_000 },
  },
  {
    id: 'S08',
    name: 'a cut in the middle',
    breaksOff: true,
    behave(turn) {
      answerPart(turn, 40);
      turn.socket.end();
    },
    checks: {},
  },
  {
    id: 'S09',
    name: 'a stall in the middle',
    breaksOff: true,
    behave(turn) {
      answerPart(turn, 20);
      turn.later(30_000, () => turn.socket.end());
    },
    checks: { 'within 45 s': ({ called }) => called.elapsed <= 45_000 },
  },
  {
    id: 'S10',
    name: 'a malformed event in the middle',
    breaksOff: true,
    behave({ providerStream, socket }) {
      const frames = wholeAnswer(providerStream, ...words);
      frames.splice(10, 0, providerStream.frame('{"choices": [}'));
      socket.end(Buffer.concat([streamHead(providerStream), chunkOf(...frames), endOfChunks]));
    },
    checks: {},
  },
  {
    id: 'S11',
    name: 'no [DONE]',
    behave({ providerStream, socket }) {
      const frames = wholeAnswer(providerStream, ...words).slice(0, providerStream.stop.terminator.length > 0 ? -1 : undefined);
      socket.end(Buffer.concat([streamHead(providerStream), chunkOf(...frames), endOfChunks]));
    },
    checks: {
      'ends at once': ({ called }) => called.elapsed <= 8_000,
      'usage is there': ({ called }) => called.usage,
      'nobody else is asked': ({ wall }) => wall.fallbackAsked === 0,
    },
  },
  {
    id: 'S12',
    name: 'context length exceeded',
    behave: (turn) => refuse(turn, 400, refusals, tooLong[turn.providerStream.name]),
    checks: { 'not tried again': ({ wall }) => wall.primaryAt.length === 1 },
  },
  {
    id: 'S13',
    name: 'content filter',
    ideal: 'error',
    behave: (turn) => refuse(turn, 400, refusals, filtered[turn.providerStream.name]),
    checks: {
      'not tried again': ({ wall }) => wall.primaryAt.length === 1,
      'not routed around': ({ wall }) => wall.fallbackAsked === 0,
      "the provider's reason": ({ called }) => Object.values(filtered).some((reason) => called.error.includes(reason)),
    },
  },
  {
    id: 'S14',
    name: 'a fallback that rejects prefill',
    breaksOff: true,
    rejectsPrefill: true,
    behave(turn) {
      answerPart(turn, 40);
      turn.socket.end();
    },
    checks: { 'no prefill refusal is shown': ({ called, wall }) => called.outcome === 'success' || wall.prefillsRejected === 0 },
  },
  {
    id: 'S15',
    name: 'a primary that flaps',
    sequence: { count: 20, everyMs: 4_000 },
    behave: (turn) => (turn.now < outageMs ? overloaded(turn) : answerAll(turn)),
    checks: {
      'used again within 30 s': ({ wall }) => wall.primaryAt.some((time) => time >= outageMs && time <= outageMs + 30_000),
      'few probes': ({ wall }) => wall.primaryAt.filter((time) => time < outageMs).length <= 15,
    },
  },
  {
    id: 'S16',
    name: 'accounting',
    behave: overloaded,
    checks: {
      "the fallback's name": ({ called }) => called.model.endsWith('-of-fallback'),
      'usage is there': ({ called }) => called.usage,
      'few attempts': ({ wall }) => wall.primaryAt.length <= 6,
    },
  },
];
