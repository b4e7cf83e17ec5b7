import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { verifySigV4 } from '../../lib/access/sigv4.ts';
import { bedrockProvider } from '../../lib/providers/bedrock.ts';
import { toSluiceError } from '../../lib/stream/errors.ts';
import type { StreamEvent } from '../../lib/stream/events.ts';
import { flattened } from '../support/batches.ts';
import { chatStream } from '../support/provider-streams/chat.ts';
import { wholeAnswer } from '../support/provider-streams/provider-stream.ts';
import { responsesStream } from '../support/provider-streams/responses.ts';

const credentials = { accessKeyId: 'AKID', secretAccessKey: 'secret' };
let close: (() => void) | undefined;
afterEach(() => {
  vi.unstubAllEnvs();
  close?.();
});

interface Answer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly bytes: Buffer;
}

/** The request that Bedrock gets for this model from a client of this dialect, and the events of its answer. */
async function send(client: string, model: string, { status = 200, headers = {}, bytes }: Answer) {
  const received: { path: string; body: string; verdict: ReturnType<typeof verifySigV4> }[] = [];
  const server = createServer(async (request, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const body = Buffer.concat(pieces);
    const sent = {
      method: request.method ?? '',
      path: request.url ?? '',
      query: '',
      headers: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)])),
      body,
    };
    const verdict = verifySigV4(sent, { secretFor: () => 'secret', now: Date.now(), maxSkewMs: 60_000 });
    received.push({ path: sent.path, body: body.toString(), verdict });
    response.writeHead(status, { 'content-type': 'text/event-stream', ...headers }).end(bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  close = () => {
    server.closeAllConnections();
    server.close();
  };
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = bedrockProvider({ name: 'bedrock', region: 'us-east-2', endpoint, credentials });
  const api = provider.apiFor?.(client, model) ?? provider;
  const body = { model, stream: true };
  const events: StreamEvent[] = [];
  try {
    const frames = await api.open({ model, body, signal: AbortSignal.timeout(5000), onConnected: () => undefined });
    for await (const event of flattened(api.dialect.decode(frames, { id: 'x', model, passthrough: false }))) events.push(event);
  } catch (thrown) {
    events.push({ type: 'error', error: toSluiceError(thrown) });
  }
  return { dialect: api.dialect.name, received, events };
}

const responses = { bytes: Buffer.concat(wholeAnswer(responsesStream, 'Hi')) };
const chat = { bytes: Buffer.concat(wholeAnswer(chatStream, '<reasoning>Hm</reasoning>Hi')) };

test.each(['openai-chat', 'openai-responses', 'anthropic-messages', 'bedrock-converse'])(
  'a newer OpenAI model gets a signed Responses request for a client of %s',
  async (client) => {
    const { dialect, received, events } = await send(client, 'openai.gpt-5.5', responses);
    expect(dialect).toBe('openai-responses');
    expect(received).toMatchObject([{ path: '/openai/v1/responses', verdict: { service: 'bedrock' } }]);
    expect(JSON.parse(received[0]?.body ?? '')).toEqual({ model: 'openai.gpt-5.5', stream: true });
    expect(events.at(-1)).toMatchObject({ type: 'finish', reason: 'stop' });
  },
);

test('an open OpenAI model gets a signed chat request for a chat client, and its thoughts are reasoning', async () => {
  const { received, events } = await send('openai-chat', 'openai.gpt-oss-120b-1:0', chat);
  expect(received).toMatchObject([{ path: '/openai/v1/chat/completions', verdict: { service: 'bedrock' } }]);
  const text = (type: string) => events.flatMap((event) => (event.type === type && 'text' in event ? [event.text] : [])).join('');
  expect([text('reasoning-delta'), text('text-delta')]).toEqual(['Hm', 'Hi']);
});

test('an open OpenAI model gets Converse for other clients', async () => {
  const { dialect } = await send('openai-responses', 'openai.gpt-oss-120b-1:0', chat);
  expect(dialect).toBe('bedrock-converse');
});

test('the AWS SDK signs the same path if it has to find the credentials', async () => {
  vi.stubEnv('AWS_PROFILE', 'other');
  const { received } = await send('openai-chat', 'us.openai.gpt-6', responses);
  expect(received).toMatchObject([{ path: '/openai/v1/responses', verdict: { service: 'bedrock' } }]);
});

test("AWS's own error is read where OpenAI's API is called", async () => {
  const { events } = await send('openai-chat', 'openai.gpt-5.5', {
    status: 403,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': 'AccessDeniedException' },
    bytes: Buffer.from('{"Message":"User is not authorized"}'),
  });
  expect(events).toMatchObject([{ type: 'error', error: { kind: 'provider_auth_error' } }]);
});
