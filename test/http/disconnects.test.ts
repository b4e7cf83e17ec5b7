import { Agent, request as request1 } from 'node:http';
import { connect as connect2, constants } from 'node:http2';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { serveNode } from '../../lib/http/node-server.ts';
import { answerHead, chunkOf, streamHead } from '../support/http-bytes.ts';
import { chatStream } from '../support/provider-streams/chat.ts';
import { type RawServer, rawServer } from '../support/raw-server.ts';
import { type Stack, secrets, startStack } from '../support/stack.ts';
import { objectOf, parsed } from '../support/truth/truth.ts';

/** Ten times the bound that is promised. */
const boundMs = 1_000;

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

/** Looks often until this holds; throws after the bound. */
async function until(holds: () => boolean): Promise<void> {
  for (const start = performance.now(); !holds(); ) {
    if (performance.now() - start > boundMs) throw new Error(`Within ${boundMs} ms it did not come to this: ${holds}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** How far a request has progressed when its client disconnects. */
interface Moment {
  readonly name: string;
  /** The responses to the connections to the provider, in order. The last one repeats. */
  readonly says: readonly Buffer[];
  /** The scheme of the provider's address: a provider that never shakes hands is still being connected to. */
  readonly scheme?: 'https';
  readonly route?: object;
  readonly commitAfterMs?: number;
  /** The client has received bytes. */
  readonly begun?: boolean;
  /** Connections to providers, those included that were over before. */
  readonly connections?: number;
  /** Only of answers that are a stream, or only of those in one piece. */
  readonly streamed?: boolean;
  /** The outcome in the log, if the disconnect is not what ended the answer. */
  readonly outcome?: string;
}

const { envelope, text, failure } = chatStream;
const silence = Buffer.alloc(0);
const head = streamHead(chatStream);
const opening = Buffer.concat([head, chunkOf(envelope)]);
const content = Buffer.concat([opening, chunkOf(text('A first sentence that is long enough to go on from. '))]);
const broken = Buffer.concat([content, chunkOf(failure('server_error', 'The model fell over.'))]);
const busy = Buffer.concat([answerHead(429, ['retry-after: 4', 'content-length: 2']), Buffer.from('{}')]);

const moments: readonly Moment[] = [
  { name: 'while a connection to the provider is being made', says: [silence], scheme: 'https' },
  { name: 'while the provider has not answered', says: [silence] },
  { name: 'after the head of its answer', says: [head] },
  { name: 'after its envelope', says: [opening] },
  { name: 'after the status had to be sent', says: [opening], commitAfterMs: 0, begun: true, streamed: true },
  { name: 'in the middle of the answer', says: [content], begun: true, streamed: true },
  { name: 'in the middle of an answer in one piece', says: [content], streamed: false },
  { name: 'before the same provider is asked again', says: [busy, silence], route: { retries: 1 } },
  { name: 'while a second provider is asked too', says: [silence], route: { hedgeAfter: '10ms' }, connections: 2 },
  {
    name: 'while another takes the answer up',
    says: [broken, silence],
    route: { continue: 'text', retries: 0 },
    connections: 2,
    outcome: 'upstream_error',
  },
];

/** One client: sends a request, reports whether it has received bytes, and disconnects. */
interface Caller {
  readonly begun: () => boolean;
  abort(): void;
}

type Ask = (url: URL, body: string) => Caller | Promise<Caller>;

const path = '/v1/chat/completions';
const headers = { 'content-type': 'application/json', authorization: `Bearer ${secrets.clientKey}` };

/** Over HTTP/1.1, by Node's client. */
function asked(url: URL, body: string, { agent, inChunks = false }: { agent?: Agent; inChunks?: boolean } = {}): Caller {
  const call = request1(new URL(path, url), { method: 'POST', agent: agent ?? false, headers });
  let begun = false;
  call.on('error', () => {});
  call.on('response', (answer) => {
    begun = true;
    answer.on('error', () => {}).resume();
  });
  if (inChunks) call.flushHeaders();
  call.end(body);
  return { begun: () => begun, abort: () => call.destroy() };
}

/** Over a connection on which these bytes are sent. */
function sent(url: URL, bytes: string, abort: (socket: Socket) => void): Caller {
  const socket = connect(Number(url.port), url.hostname);
  let begun = false;
  socket.on('error', () => {});
  socket.on('data', () => {
    begun = true;
  });
  socket.write(bytes);
  return { begun: () => begun, abort: () => abort(socket) };
}

const bytesOf = (body: string) =>
  [
    `POST ${path} HTTP/1.1`,
    'host: sluice',
    `authorization: ${headers.authorization}`,
    `content-length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n');

/** Over HTTP/2, leaving by this code, or by ending the session where there is none. */
function multiplexed(url: URL, body: string, code?: number): Caller {
  const session = connect2(url);
  session.on('error', () => {});
  const stream = session.request({ ':method': 'POST', ':path': path, ...headers });
  let begun = false;
  stream.on('error', () => {});
  stream.on('data', () => {
    begun = true;
  });
  stream.end(body);
  open.push({ close: async () => session.destroy() });
  return { begun: () => begun, abort: () => (code === undefined ? session.destroy() : stream.close(code)) };
}

const ways: readonly { name: string; ask: Ask }[] = [
  { name: 'closes its connection', ask: (url, body) => asked(url, body) },
  { name: 'sent its request in chunks and closes its connection', ask: (url, body) => asked(url, body, { inChunks: true }) },
  {
    name: 'closes a connection on which it was answered before',
    async ask(url, body) {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      await new Promise((resolve) => request1(url, { agent }, (answer) => answer.resume().on('close', resolve)).end());
      return asked(url, body, { agent });
    },
  },
  { name: 'resets its connection', ask: (url, body) => sent(url, bytesOf(body), (socket) => socket.resetAndDestroy()) },
  { name: 'closes its half of the connection', ask: (url, body) => sent(url, bytesOf(body), (socket) => socket.end()) },
  { name: 'cancels its stream over HTTP/2', ask: (url, body) => multiplexed(url, body, constants.NGHTTP2_CANCEL) },
  {
    name: 'closes its stream over HTTP/2 without an error',
    ask: (url, body) => multiplexed(url, body, constants.NGHTTP2_NO_ERROR),
  },
  { name: 'ends its session over HTTP/2', ask: (url, body) => multiplexed(url, body) },
];

async function served({ says, scheme, route, commitAfterMs }: Omit<Moment, 'name'>) {
  let connected = 0;
  const provider = await rawServer((socket) => {
    const answer = says[Math.min(connected++, says.length - 1)] ?? silence;
    if (answer.length > 0) socket.write(answer);
  });
  const baseUrl = scheme === undefined ? provider.url.href : provider.url.href.replace('http:', `${scheme}:`);
  const settings = { kind: 'openai-compatible' as const, baseUrl, key: { env: 'TEST_KEY' } };
  const stack: Stack = startStack({
    config: {
      providers: { first: settings, second: settings },
      models: { steady: { targets: ['first/model', 'second/model'], ...route } },
    },
    ...(commitAfterMs !== undefined && { commitAfterMs }),
  });
  const gateway = await serveNode(stack.fetch, { port: 0, hostname: '127.0.0.1' });
  open.push({ close: () => gateway.close(0) }, provider);
  return { provider, stack, url: new URL(gateway.url) };
}

/** Requests that have come to the provider. */
const receivedCount = ({ received }: RawServer) => received.filter((bytes) => bytes !== '').length;

const outcomes = ({ log }: Stack) => log.map((line) => objectOf(parsed(line)).outcome);

const bodyOf = (stream: boolean) => JSON.stringify({ model: 'steady', stream, messages: [{ role: 'user', content: 'Go on.' }] });

describe.each(ways)('a client that $name', ({ ask }) => {
  for (const moment of moments) {
    for (const stream of [true, false].filter((stream) => moment.streamed === undefined || moment.streamed === stream)) {
      test(`${moment.name} leaves no upstream request open (stream: ${stream})`, async () => {
        const { connections = 1, begun = false, outcome = 'client_closed' } = moment;
        const { provider, stack, url } = await served(moment);
        const caller = await ask(url, bodyOf(stream));
        await until(() => receivedCount(provider) === connections);
        await until(() => caller.begun() || !begun);
        // The gateway has read everything it received so far.
        await new Promise((resolve) => setTimeout(resolve, 5));
        expect(stack.log).toEqual([]);

        caller.abort();
        await until(() => provider.closed === connections);
        await until(() => stack.log.length > 0);
        expect(outcomes(stack)).toEqual([outcome]);
        expect(provider.received).toHaveLength(connections);
      });
    }
  }
});

describe('a client that disconnects', () => {
  test('closes the upstream requests of all its requests, also of queued ones', async () => {
    const { provider, stack, url } = await served({ says: [content] });
    const caller = sent(url, bytesOf(bodyOf(true)) + bytesOf(bodyOf(true)) + bytesOf(bodyOf(false)), (socket) =>
      socket.destroy(),
    );
    await until(() => receivedCount(provider) === 3 && caller.begun());
    caller.abort();
    await until(() => provider.closed === 3);
    await until(() => stack.log.length === 3);
    expect(outcomes(stack)).toEqual(['client_closed', 'client_closed', 'client_closed']);
  });

  test('before its request is complete causes no upstream request', async () => {
    const { provider, stack, url } = await served({ says: [silence] });
    const caller = sent(url, bytesOf(bodyOf(true)).slice(0, -1), (socket) => socket.destroy());
    await new Promise((resolve) => setTimeout(resolve, 20));
    caller.abort();
    await until(() => stack.log.length === 1);
    expect(outcomes(stack)).toEqual(['client_closed']);
    expect(receivedCount(provider)).toBe(0);
  });

  test('right after its complete request causes only a short upstream request', async () => {
    const { provider, stack, url } = await served({ says: [content] });
    const callers = 50;
    for (let count = 0; count < callers; count++) {
      const caller = sent(url, bytesOf(bodyOf(count % 2 === 0)), (socket) => socket.end());
      caller.abort();
    }
    await until(() => stack.log.length === callers);
    await until(() => provider.closed === provider.received.length);
    expect(new Set(outcomes(stack))).toEqual(new Set(['client_closed']));
  });
});
