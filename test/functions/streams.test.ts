import type { Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkPieces } from '../support/checker/check.ts';
import { head, lastChunk, type RawServer, rawServer } from '../support/raw-server.ts';
import { type Served, serve } from '../support/serve.ts';
import { chat, complete, messages, predictionGuard, providers, readChecked, surfaces } from './dialects.ts';
import { openAnswer } from './read-answer.ts';

let served: Served;
let paced: Served;
beforeAll(async () => {
  [served, paced] = await Promise.all([serve(), serve({ paceMs: 3 })]);
});
afterAll(() => Promise.all([served.close(), paced.close()]));

describe.each(surfaces)('a stream of $name', (surface) => {
  describe.each(providers)('from %s', (provider) => {
    test('delivers the first token while the provider is still sending (X1)', async () => {
      const hearing = await openAnswer(paced.url + surface.path, surface.body(`${provider}/chat`));
      while (hearing.pieces.length === 0) await new Promise((resolve) => hearing.answer.once('data', resolve));
      const call = paced.emulator.log.at(-1);
      expect(call?.finished).toBe(false);
      await hearing.whole;
      expect(hearing.pieces.length).toBeGreaterThan(20);
    });

    test('keeps the byte contract, in writes of whole events (X2, X4)', async () => {
      const hearing = await openAnswer(served.url + surface.path, surface.body(`${provider}/chat`));
      const raw = await hearing.whole;
      const { violations, truth } = await readChecked(surface, new Response(raw), { expectError: false });
      expect(violations).toEqual([]);
      expect(checkPieces(hearing.pieces)).toEqual([]);
      expect(truth.text).toContain('You said “Hello there”. I am an embedded demo model');
      expect(truth.finish.reason).toBe('stop');
    });

    test('has the headers of a stream, and is never compressed (X5)', async () => {
      const hearing = await openAnswer(served.url + surface.path, surface.body(`${provider}/chat`), {
        'accept-encoding': 'gzip, br',
      });
      await hearing.whole;
      expect(hearing.status).toBe(200);
      expect(hearing.headers).toMatchObject({
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-cache, no-transform',
        'x-accel-buffering': 'no',
        'transfer-encoding': 'chunked',
        'x-request-id': expect.stringMatching(/^req_\w{24}$/),
        'request-id': hearing.headers['x-request-id'],
        'x-sluice-provider': provider,
        'x-sluice-model': 'chat',
        'x-sluice-attempts': `${provider}/chat`,
      });
      expect(hearing.headers).not.toHaveProperty('content-encoding');
      expect(hearing.headers).not.toHaveProperty('content-length');
    });

    test('delivers text with [DONE] in it intact, and only the last line is [DONE] (X6)', async () => {
      const prompt = 'Say [DONE] twice: [DONE]';
      const answer = await served.post(surface.path, surface.body(`${provider}/echo`, prompt));
      const { raw, truth, violations } = await readChecked(surface, answer, { expectError: false });
      expect(truth.text).toBe(prompt);
      expect(violations).toEqual([]);
      if (surface.dialect === 'openai-chat') expect(raw.match(/\[DONE\]/g)).toHaveLength(1);
    });

    test('returns one JSON object with the same answer for stream false, null or absent (X15)', async () => {
      const { truth } = await readChecked(surface, await served.post(surface.path, surface.body(`${provider}/chat`)));
      for (const stream of [false, null, undefined]) {
        const answer = await served.post(surface.path, { ...surface.body(`${provider}/chat`), stream });
        expect(answer.headers.get('content-type')).toContain('application/json');
        expect(answer.headers.get('x-sluice-provider')).toBe(provider);
        const body = await answer.json();
        expect(surface.text(body)).toBe(truth.text);
        // Anthropic's text completions have none.
        if (surface !== complete) expect(body.usage).toBeDefined();
      }
    });
  });
});

describe('ends with [DONE], once (X3)', () => {
  const tools = [
    { type: 'function', function: { name: 'look', parameters: { type: 'object', properties: { at: { type: 'string' } } } } },
  ];
  const cases: [model: string, more: object, finish: string][] = [
    ['chat', {}, 'stop'],
    ['chat', { max_tokens: 3 }, 'length'],
    ['tools', { tools }, 'tool_calls'],
    ['error', {}, 'error'],
    ['cut', {}, 'error'],
    ['no-done', {}, 'stop'],
  ];
  test.each(providers.flatMap((provider) => cases.map((one) => [provider, ...one] as const)))(
    '%s/%s %j ends in %s',
    async (provider, model, more, finish) => {
      const answer = await served.post(chat.path, chat.body(`${provider}/${model}`, 'Go to Rome', { ...more }));
      const { raw, violations, terminal, truth } = await readChecked(chat, answer);
      expect(violations).toEqual([]);
      expect(raw.match(/\[DONE\]/g)).toHaveLength(1);
      expect(raw.endsWith('data: [DONE]\n\n')).toBe(true);
      expect(terminal === 'error' ? 'error' : truth.finish.raw).toBe(finish);
    },
  );
});

describe('usage (X19)', () => {
  const more = { stream_options: { include_usage: true } };

  test.each(providers)('of %s is included on request, in its own chunk before [DONE]', async (provider) => {
    const without = await readChecked(chat, await served.post(chat.path, chat.body(`${provider}/chat`)));
    expect(without.raw).not.toContain('"usage"');
    const shown = await readChecked(chat, await served.post(chat.path, chat.body(`${provider}/chat`, 'Hello there', more)), {
      showUsage: true,
    });
    expect(shown.violations).toEqual([]);
    expect(shown.raw.split('\n\n').at(-3)).toMatch(/"choices":\[\],"usage":\{/);
    expect(shown.truth.usage).toMatchObject({ input: 5, output: expect.any(Number) });
  });

  test('is in the finish chunk on Prediction Guard’s paths, because its clients fail on a chunk without choices', async () => {
    const { raw } = await readChecked(
      predictionGuard,
      await served.post(predictionGuard.path, predictionGuard.body('demo/bedrock/chat', 'Hello', more)),
    );
    expect(raw).not.toContain('"choices":[]');
    expect(raw.split('\n\n').at(-3)).toMatch(/"finish_reason":"stop"\}\],"usage":\{"prompt_tokens":4,/);
  });

  test('is in every Messages stream', async () => {
    const { truth } = await readChecked(messages, await served.post(messages.path, messages.body('demo/openai/chat')));
    expect(truth.usage).toMatchObject({ input: 5, output: expect.any(Number) });
  });
});

describe('the provider’s own byte layout', () => {
  const say = (delta: object, finish: string | null = null) =>
    JSON.stringify({
      id: 'chatcmpl-1',
      object: 'chat.completion.chunk',
      created: 1,
      model: 'm',
      choices: [{ index: 0, delta, finish_reason: finish }],
    });
  const events = [
    say({ role: 'assistant', content: '' }),
    say({ content: 'Hello wö' }),
    say({ content: 'rld 👋' }),
    say({}, 'stop'),
    '[DONE]',
  ];
  const lines = (before: string, end = '\n') => events.map((data) => `${before}${data}${end}${end}`).join('');
  const plain = lines('data: ');
  const variants: Record<string, Buffer[]> = {
    plain: [Buffer.from(plain)],
    crlf: [Buffer.from(lines('data: ', '\r\n'))],
    comment: [Buffer.from(lines(': keep-alive\n\ndata: '))],
    'comment above data': [Buffer.from(lines(': keep-alive\ndata: '))],
    'event line': [Buffer.from(lines('event: message\ndata: '))],
    'id line': [Buffer.from(lines('id: 7\ndata: '))],
    'retry line': [Buffer.from(`retry: 3000\n\n${plain}`)],
    'no space': [Buffer.from(lines('data:'))],
    'byte order mark': [Buffer.from(`\uFEFF${plain}`)],
    'one byte a write': [...Buffer.from(plain)].map((byte) => Buffer.from([byte])),
    'cut inside ö': cutInside(Buffer.from(plain), 'ö'),
  };

  let upstream: RawServer;
  let gateway: Served;
  beforeAll(async () => {
    upstream = await rawServer(async (socket, request) => {
      const name = /"model":"([^"]+)"/.exec(await bodyOf(socket, request))?.[1] ?? '';
      socket.write(head(200, 'text/event-stream'));
      for (const piece of variants[name] ?? []) {
        socket.write(Buffer.concat([Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n')]));
        await new Promise(setImmediate);
      }
      socket.end(lastChunk);
    });
    gateway = await serve({ config: { providers: { lab: { kind: 'openai-compatible', baseUrl: `${upstream.url}v1` } } } });
  });
  afterAll(async () => {
    await gateway.close();
    await upstream.close();
  });

  const ask = async (variant: string) => {
    const answer = await gateway.post(chat.path, chat.body(`lab/${variant}`));
    const { raw, violations, truth } = await readChecked(chat, answer, { expectError: false });
    return { bytes: raw.replace(/"created":\d+/g, '"created":0'), violations, truth };
  };

  test.each(Object.keys(variants))('doesn’t change the client’s bytes: %s upstream (X7, X8)', async (variant) => {
    const [read, expected] = [await ask(variant), await ask('plain')];
    expect(read.violations).toEqual([]);
    expect(read.truth.text).toBe('Hello wörld 👋');
    expect(read.bytes).toBe(expected.bytes);
  });
});

/** The body of a request whose head is there; more of it may be on its way. */
async function bodyOf(socket: Socket, request: string): Promise<string> {
  const length = Number(/content-length: (\d+)/i.exec(request)?.[1] ?? 0);
  let text = request;
  const missing = () => length - Buffer.byteLength(text.slice(text.indexOf('\r\n\r\n') + 4));
  while (missing() > 0) text += String(await new Promise((resolve) => socket.once('data', resolve)));
  return text;
}

function cutInside(bytes: Buffer, character: string): Buffer[] {
  const at = bytes.indexOf(character) + 1;
  return [bytes.subarray(0, at), bytes.subarray(at)];
}
