import type { Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chunk, head, lastChunk, type RawServer, rawServer } from '../support/raw-server.ts';
import { type Served, serve } from '../support/serve.ts';
import { chat, messages, providers, readChecked, surfaces } from './dialects.ts';

const providerKey = 'provider-key-that-nobody-may-see';
const clientKey = 'client-key-that-nobody-may-see';
const canary = 'CANARY of the prompt';

/** The response of each of these hosts. The model's name doesn't matter to it. */
const hosts: Record<string, (socket: Socket, request: string) => void> = {
  web: (socket) => socket.end(`${head(200, 'text/html')}${chunk('<h1>It works!</h1>')}${lastChunk}`),
  'bad-gateway': (socket) => socket.end(`${head(502, 'text/html')}${chunk('<h1>502 Bad Gateway</h1>')}${lastChunk}`),
  // A provider that quotes the key it was given, as several do in part.
  gossip: (socket, request) => {
    const given = /authorization: Bearer (\S+)/i.exec(request)?.[1];
    const body = JSON.stringify({
      error: { message: `Incorrect API key provided: ${given}`, type: 'invalid_request_error', code: 'invalid_api_key' },
    });
    socket.end(`${head(401, 'application/json')}${chunk(body)}${lastChunk}`);
  },
  'gossip-in-stream': (socket, request) => {
    const given = /authorization: Bearer (\S+)/i.exec(request)?.[1];
    const say = {
      id: 'x',
      object: 'chat.completion.chunk',
      created: 1,
      model: 'm',
      choices: [{ index: 0, delta: { content: 'Hello' }, finish_reason: null }],
    };
    socket.write(head(200, 'text/event-stream') + chunk(`data: ${JSON.stringify(say)}\n\n`));
    socket.end(
      `${chunk(`data: ${JSON.stringify({ error: { message: `The key ${given} ran out.`, type: 'server_error' } })}\n\n`)}${lastChunk}`,
    );
  },
  mute: (socket) => socket.destroy(),
  babble: (socket) => socket.end('\0\0this is not HTTP\r\n\r\n'),
  forbidden: (socket) =>
    socket.end(`${head(403, 'application/json')}${chunk('{"error":{"message":"Not for you."}}')}${lastChunk}`),
  elsewhere: (socket) => socket.end(`${head(302, 'text/plain', ['location: http://127.0.0.1:1/'])}${lastChunk}`),
};

let servers: [name: string, RawServer][];
let served: Served;
beforeAll(async () => {
  servers = await Promise.all(
    Object.entries(hosts).map(async ([name, behave]): Promise<[string, RawServer]> => [name, await rawServer(behave)]),
  );
  const lab = (baseUrl: string) => ({ kind: 'openai-compatible' as const, baseUrl, key: { env: 'LAB_KEY' } });
  served = await serve({
    keys: [clientKey],
    environment: { LAB_KEY: providerKey },
    config: {
      retries: 0,
      providers: {
        ...Object.fromEntries(servers.map(([name, { url }]) => [name, lab(`${url}v1`)])),
        // Nobody listens on the port of tcpmux.
        nobody: lab('http://127.0.0.1:1/v1'),
        unnamed: lab('http://no-such-host.invalid/v1'),
        keyless: { kind: 'openai-compatible', baseUrl: 'http://127.0.0.1:1/v1', key: { env: 'NOT_SET' } },
      },
      models: { hasty: { targets: ['demo/openai/silent'], timeouts: { firstContent: '200ms' } } },
    },
  });
});
afterAll(async () => {
  await served.close();
  await Promise.all(servers.map(([, server]) => server.close()));
});

const post = (path: string, body: unknown) => served.post(path, body, { authorization: `Bearer ${clientKey}` });

/** Faults before the first byte: the outcome, and the status for OpenAI's clients and for Anthropic's where it differs. */
const early: [model: string, outcome: string, status: number, ofMessages?: number][] = [
  ...providers.flatMap((provider): [string, string, number, number?][] => [
    [`${provider}/html`, 'upstream_protocol_error', 502],
    [`${provider}/empty`, 'upstream_empty', 502],
    [`${provider}/eof@0`, 'upstream_empty', 502],
    [`${provider}/cut@0`, 'upstream_cut', 502],
    [`${provider}/garbage@0`, 'upstream_protocol_error', 502],
    [`${provider}/status-400`, 'invalid_request', 400],
    [`${provider}/status-401`, 'provider_auth_error', 502],
    [`${provider}/status-404`, 'provider_model_not_found', 404],
    [`${provider}/status-429@7`, 'rate_limit_exceeded', 429],
    [`${provider}/status-500`, 'upstream_error', 502],
    [`${provider}/status-503`, 'server_overloaded', 503, 529],
  ]),
  ['nobody/m', 'upstream_unreachable', 502],
  ['unnamed/m', 'upstream_unreachable', 502],
  ['mute/m', 'upstream_unreachable', 502],
  ['babble/m', 'upstream_protocol_error', 502],
  ['web/m', 'upstream_protocol_error', 502],
  ['bad-gateway/m', 'upstream_error', 502],
  ['elsewhere/m', 'upstream_redirect', 502],
  ['gossip/m', 'provider_auth_error', 502],
  ['forbidden/m', 'provider_auth_error', 502],
  ['keyless/m', 'provider_secret_unavailable', 503],
  ['hasty', 'upstream_timeout', 504],
];

describe.each(surfaces)('before the first byte, on $name (X11)', (surface) => {
  test.each(early)('%s is %s with its status, streamed or not', async (model, outcome, status, ofMessages = status) => {
    for (const stream of [true, false]) {
      const answer = await post(surface.path, { ...surface.body(model, canary), stream });
      const expected = surface.dialect.startsWith('anthropic') ? ofMessages : status;
      expect(answer.status).toBe(expected);
      expect(answer.headers.get('content-type')).toContain('application/json');
      const text = await answer.text();
      expect(text).not.toMatch(/<h1>|key-that-nobody|no-such-host|127\.0\.0\.1/);
      expect(surface.told(JSON.parse(text)).message).not.toBe('');
      if (outcome === 'provider_model_not_found')
        expect(surface.told(JSON.parse(text)).message).toContain(model.split('/').at(-1));
      if (outcome === 'provider_auth_error') expect(surface.told(JSON.parse(text)).message).toContain("the gateway's own key");
      if (surface === chat && status !== 400) expect(surface.told(JSON.parse(text)).code).toBe(outcome);
      if (status === 429) {
        // Bedrock does not say how long to wait.
        expect(answer.headers.get('retry-after')).toBe(model.includes('bedrock') ? '1' : '7');
        expect(answer.headers.get('x-should-retry')).toBeNull();
      }
      if (status >= 500) expect(answer.headers.get('x-should-retry')).toBe('false');
      expect(await served.logged(answer)).toMatchObject([{ outcome, status: expected, stream, key_id: 'key-0' }]);
    }
  });
});

/** Faults after the first content, and what they are called. */
const late: [fault: string, outcome: string][] = [
  ['cut', 'upstream_cut'],
  ['eof', 'upstream_cut'],
  ['error', 'upstream_error'],
  ['garbage', 'upstream_protocol_error'],
];

describe.each(surfaces)('after the first byte, on $name (X12)', (surface) => {
  test.each(providers.flatMap((provider) => late.map(([fault, outcome]) => [`${provider}/${fault}@5`, outcome] as const)))(
    '%s is reported inside the stream, once, and nothing follows',
    async (model, usual) => {
      // Anthropic itself reports that it is overloaded.
      const outcome = usual === 'upstream_error' && model.startsWith('demo/anthropic') ? 'server_overloaded' : usual;
      const answer = await post(surface.path, surface.body(model, canary));
      expect(answer.status).toBe(200);
      const { raw, violations, terminal, truth } = await readChecked(surface, answer);
      expect(truth.text.length).toBeGreaterThan(0);
      expect('You said “CANARY of the prompt”.').toContain(truth.text);
      expect(truth.complete).toBe(false);
      if (surface.name !== 'Prediction Guard') {
        expect(violations).toEqual([]);
        expect(terminal).toBe('error');
      } else expect(raw.split('\n\n').at(-3)).toMatch(/"delta":\{"content":""\},"finish_reason":"error"\}\],"error":"/);
      if (surface === chat) expect(raw).toContain(`"code":"${outcome}"`);
      expect(await served.logged(answer)).toMatchObject([{ outcome, status: 200 }]);
    },
  );

  test('without a stream, the same fault is a status, never half an answer', async () => {
    for (const provider of providers) {
      const answer = await post(surface.path, { ...surface.body(`${provider}/cut@5`), stream: false });
      expect(answer.status).toBe(502);
      expect(await served.logged(answer)).toMatchObject([{ outcome: 'upstream_cut', status: 502 }]);
    }
  });
});

describe('secrets (X20)', () => {
  test('that a provider quotes are redacted, before the first byte and after it', async () => {
    for (const [model, surface] of [
      ['gossip/m', chat],
      ['gossip/m', messages],
      ['gossip-in-stream/m', chat],
      ['gossip-in-stream/m', messages],
    ] as const) {
      const text = await (await post(surface.path, surface.body(model))).text();
      expect(text).toContain('[redacted]');
      expect(text).not.toContain(providerKey);
    }
    const [, gossip] = servers.find(([name]) => name === 'gossip') ?? [];
    expect(gossip?.received[0]).toContain(`Bearer ${providerKey}`);
  });

  test('and prompts are in no log line, and a client’s key goes to no provider', () => {
    expect(served.lines.length).toBeGreaterThan(200);
    const all = served.lines.join('\n');
    for (const secret of [providerKey, clientKey, 'CANARY']) expect(all).not.toContain(secret);
    for (const [, server] of servers) expect(server.received.join('')).not.toContain(clientKey);
    expect(JSON.stringify(served.emulator.log)).not.toContain(clientKey);
  });
});

test('the server works as before after all of these failures', async () => {
  for (const surface of surfaces) {
    const answer = await post(surface.path, surface.body('demo/openai/chat'));
    expect((await readChecked(surface, answer, { expectError: false })).violations).toEqual([]);
  }
});
