import { describe, expect, test, vi } from 'vitest';
import { type RawEvent, StreamError, type StreamOptions, stream } from '../../lib/client/index.ts';
import { oneByte } from '../support/chunkings.ts';
import { collect } from '../support/collect.ts';
import { completionHandler, read } from './ask.ts';
import { chatAnswer } from './sample.ts';

const hello = chatAnswer('Hel', 'lo');
const cut = hello.slice(0, hello.indexOf('"lo"'));

/** A body of endless text that counts what is taken of it, and whether it was closed. */
function endless() {
  const taken = { pieces: 0, closed: false };
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        taken.pieces++;
        controller.enqueue(Buffer.from(chatAnswer(`${taken.pieces} `).replace(/data: [^\n]*"stop"[\s\S]*$/, '')));
      },
      cancel() {
        taken.closed = true;
      },
    },
    { highWaterMark: 0 },
  );
  const fetch = async () => new Response(body, { headers: { 'content-type': 'text/event-stream' } });
  return { taken, fetch };
}

const never = new Promise<never>(() => {});
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('the events of a stream', () => {
  test('reach a loop in order and follow the grammar', async () => {
    expect(await collect(read('chat', hello))).toEqual([
      { type: 'start', id: 'a1', model: 'm1' },
      { type: 'block-start', index: 0, block: { kind: 'text' } },
      { type: 'text-delta', index: 0, text: 'Hel' },
      { type: 'text-delta', index: 0, text: 'lo' },
      { type: 'block-end', index: 0 },
      { type: 'finish', reason: 'stop', rawReason: 'stop', usage: {} },
    ]);
  });

  test('have one reader: a second loop, or a loop and callbacks, is rejected', async () => {
    const looped = read('chat', hello);
    for await (const _ of looped) expect(() => looped[Symbol.asyncIterator]()).toThrow(TypeError);
    const called = read('chat', hello, undefined, { onText: () => {} });
    expect(() => called[Symbol.asyncIterator]()).toThrow(/already has a reader/);
    expect(await called.text()).toBe('Hello');
  });

  test('still give the text, the calls and the counts after a loop', async () => {
    const answer = read('chat', hello.replace('"stop"}]', '"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":2}'));
    for await (const _ of answer);
    expect(await answer.text()).toBe('Hello');
    expect(await answer.toolCalls()).toEqual([]);
    expect(answer.usage).toEqual({ input: 3, output: 2 });
  });

  test('can be read raw, with their times', async () => {
    const raw: RawEvent[] = [];
    await read('chat', hello, oneByte, { onRaw: (event) => raw.push(event) }).text();
    expect(raw.map(({ data }) => `data: ${data}\n\n`).join('')).toBe(hello);
    expect(raw.map(({ at }) => at)).toEqual(raw.map(({ at }) => at).toSorted((a, b) => a - b));
    expect(raw[0]?.at).toBeGreaterThanOrEqual(0);
  });
});

describe('a stream ends once', () => {
  const calls = () => {
    const onDone = vi.fn();
    const onError = vi.fn();
    return { onDone, onError, ends: () => [onDone.mock.calls.length, onError.mock.calls.length] };
  };

  test('with done and the whole answer', async () => {
    const { onDone, onError, ends } = calls();
    const observed: string[] = [];
    const answer = read('chat', hello, undefined, { onText: (text) => observed.push(text), onDone, onError });
    await answer.text();
    answer.close();
    await settled();
    expect(observed).toEqual(['Hel', 'lo']);
    expect(ends()).toEqual([1, 0]);
    expect(onDone).toHaveBeenCalledWith(
      expect.objectContaining({ id: 'a1', model: 'm1', text: 'Hello', reason: 'stop', events: 6 }),
    );
  });

  test('or with an error that has the partial answer', async () => {
    const { onDone, onError, ends } = calls();
    await expect(read('chat', cut, undefined, { onDone, onError }).text()).rejects.toMatchObject({
      code: 'stream_cut',
      requestId: 'req_1',
      received: { text: 'Hel', toolCalls: [], events: 3 },
    });
    await settled();
    expect(ends()).toEqual([0, 1]);
    expect(onError.mock.calls[0]?.[0]).toBeInstanceOf(StreamError);
  });

  test('and the loop, the promises and the callback see the same error', async () => {
    const answer = read('chat', cut);
    const thrown = await collect(answer).catch((error: unknown) => error);
    expect(await answer.text().catch((error: unknown) => error)).toBe(thrown);
    expect(await answer.toolCalls().catch((error: unknown) => error)).toBe(thrown);
  });

  test.each(['onText', 'onRaw'] as const)('also when %s throws', async (name) => {
    const { onDone, onError, ends } = calls();
    const { fetch, taken } = endless();
    const bug = new Error('a bug of the app');
    const failing = () => {
      throw bug;
    };
    const answer = stream({ baseUrl: 'http://x.test', body: {}, fetch, onDone, onError, [name]: failing });
    await expect(answer.text()).rejects.toMatchObject({ code: 'callback_failed', cause: bug });
    await settled();
    expect(ends()).toEqual([0, 1]);
    expect(taken.closed).toBe(true);
  });

  test('also when a callback’s promise rejects', async () => {
    const answer = read('chat', hello, undefined, { onText: () => Promise.reject(new Error('late')), onError: () => {} });
    await expect(answer.text()).rejects.toMatchObject({ code: 'callback_failed', received: { text: 'Hel' } });
  });

  test('also when close() is called in mid-stream, which stops everything', async () => {
    const { onDone, onError, ends } = calls();
    const { fetch, taken } = endless();
    const observed: string[] = [];
    const answer = stream({
      baseUrl: 'http://x.test',
      body: {},
      fetch,
      onDone,
      onError,
      onText: (text) => {
        observed.push(text);
        if (observed.length === 3) answer.close();
      },
    });
    await expect(answer.text()).rejects.toMatchObject({ code: 'closed', received: { text: '1 2 3 ' } });
    answer.close();
    await settled();
    expect(observed).toEqual(['1 ', '2 ', '3 ']);
    expect(ends()).toEqual([0, 1]);
    expect(taken.closed).toBe(true);
  });

  test('also when its signal aborts, with the signal’s reason', async () => {
    const { fetch, taken } = endless();
    const controller = new AbortController();
    const answer = stream({ baseUrl: 'http://x.test', body: {}, fetch, signal: controller.signal });
    const reading = (async () => {
      for await (const event of answer) if (event.type === 'text-delta') controller.abort(new Error('enough'));
    })();
    await expect(reading).rejects.toMatchObject({ code: 'closed', cause: { message: 'enough' } });
    expect(taken.closed).toBe(true);
  });

  test('before it begins if the signal has already aborted, and sends nothing', async () => {
    const answer = stream({ baseUrl: 'http://127.0.0.1:9', body: {}, signal: AbortSignal.abort() });
    await expect(answer.text()).rejects.toMatchObject({ code: 'closed', received: { events: 0 } });
  });

  test('when a loop breaks, which closes the connection and rejects the promises', async () => {
    const { fetch, taken } = endless();
    const answer = stream({ baseUrl: 'http://x.test', body: {}, fetch });
    for await (const event of answer) if (event.type === 'text-delta') break;
    expect(taken.closed).toBe(true);
    await expect(answer.text()).rejects.toMatchObject({ code: 'closed', received: { text: '1 ' } });
  });

  test('with done when a loop breaks at the finish', async () => {
    const answer = read('chat', hello);
    for await (const event of answer) if (event.type === 'finish') break;
    expect(await answer.text()).toBe('Hello');
  });

  test('at close() if nothing read it', async () => {
    const fetch = vi.fn();
    const answer = stream({ baseUrl: 'http://x.test', body: {}, fetch });
    answer.close('no longer wanted');
    expect(fetch).not.toHaveBeenCalled();
  });
});

describe('an unhandled failure', () => {
  const unhandled = async (options: Partial<StreamOptions>, use: (answer: ReturnType<typeof read>) => unknown = () => {}) => {
    const seen: unknown[] = [];
    const listeners = process.listeners('unhandledRejection');
    process.removeAllListeners('unhandledRejection');
    process.on('unhandledRejection', (reason) => seen.push(reason));
    await use(read('chat', cut, undefined, options));
    for (let turn = 0; turn < 20; turn++) await settled();
    process.removeAllListeners('unhandledRejection');
    for (const listener of listeners) process.on('unhandledRejection', listener);
    return seen;
  };

  test('is reported as unhandled', async () => {
    expect(await unhandled({ onText: () => {} })).toMatchObject([{ code: 'stream_cut' }]);
  });

  test('is not reported if onError, a promise or close() handled it', async () => {
    expect(await unhandled({ onError: () => {} })).toEqual([]);
    expect(await unhandled({ onText: () => {} }, (answer) => answer.text().catch(() => {}))).toEqual([]);
    expect(await unhandled({ onText: () => {} }, (answer) => answer.close())).toEqual([]);
    expect(await unhandled({}, (answer) => answer.close())).toEqual([]);
  });
});

describe('a slow reader', () => {
  test('applies backpressure to the sender: a loop reads only what it needs', async () => {
    const { fetch, taken } = endless();
    const events = stream({ baseUrl: 'http://x.test', body: {}, fetch })[Symbol.asyncIterator]();
    for (let text = 0; text < 5; ) if ((await events.next()).value?.type === 'text-delta') text++;
    for (let turn = 0; turn < 20; turn++) await settled();
    expect(taken.pieces).toBeLessThanOrEqual(6);
    await events.return(undefined);
    expect(taken.closed).toBe(true);
  });

  test('applies backpressure with a callback that returns a promise', async () => {
    const { fetch, taken } = endless();
    const answer = stream({
      baseUrl: 'http://x.test',
      body: {},
      fetch,
      onText: (text) => text === '3 ' && never,
      onError: () => {},
    });
    for (let turn = 0; turn < 20; turn++) await settled();
    expect(taken.pieces).toBeLessThanOrEqual(4);
    answer.close();
    await expect(answer.text()).rejects.toMatchObject({ code: 'closed' });
  });
});

describe('the request', () => {
  const sent = async (options: Partial<StreamOptions>) => {
    const calls: [string, RequestInit][] = [];
    const fetch = async (url: unknown, init?: RequestInit) => {
      calls.push([String(url), init ?? {}]);
      return completionHandler('chat', hello)(String(url), init);
    };
    await stream({ baseUrl: 'http://x.test', body: { model: 'm' }, ...options, fetch })
      .text()
      .catch(() => {});
    const [url = '', { headers, body, method }] = calls[0] ?? ['', {}];
    return { url, method, headers, body: JSON.parse(String(body)) };
  };

  test('has the dialect’s own body, with streaming on, and with usage unless the body turns it off', async () => {
    expect(await sent({ body: { model: 'm', top_k: 3 } })).toEqual({
      url: 'http://x.test/v1/chat/completions',
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: { model: 'm', top_k: 3, stream: true, stream_options: { include_usage: true } },
    });
    const { body } = await sent({ body: { model: 'm', stream_options: { include_usage: false, other: 1 } } });
    expect(body.stream_options).toEqual({ include_usage: false, other: 1 });
    expect((await sent({ dialect: 'messages' })).body).toEqual({ model: 'm', stream: true });
  });

  test('has the key and the app’s own headers', async () => {
    const { headers } = await sent({ apiKey: 'sk-test', headers: { 'x-app': 'mine' } });
    expect(headers).toMatchObject({ authorization: 'Bearer sk-test', 'x-app': 'mine' });
  });

  test.each(['http://x.test', 'http://x.test/', 'http://x.test/v1', 'http://x.test/v1/'])(
    'goes to the same path from %s',
    async (baseUrl) => {
      expect((await sent({ baseUrl })).url).toBe('http://x.test/v1/chat/completions');
    },
  );

  test('has Converse’s model in its path, like the AWS SDKs', async () => {
    const { url, body } = await sent({ dialect: 'converse', body: { modelId: 'a/b:0', messages: [] } });
    expect(url).toBe('http://x.test/model/a%2Fb%3A0/converse-stream');
    expect(body).toEqual({ messages: [] });
  });

  test('in an unknown dialect is a TypeError', () => {
    expect(() => stream({ body: {}, dialect: '__proto__' as 'chat' })).toThrow(/dialect must be one of chat, completions/);
  });
});

describe('a response that is not a stream', () => {
  const answered = (body: string, status: number, headers: Record<string, string> = {}) =>
    stream({ baseUrl: 'http://x.test', body: {}, fetch: async () => new Response(body, { status, headers }) }).text();

  test('is an error with its status, its code and its wait time', async () => {
    const body = JSON.stringify({
      error: { message: 'Slow down.', type: 'rate_limit_error', code: 'rate_limit_exceeded', param: null },
    });
    await expect(answered(body, 429, { 'retry-after': '7', 'x-request-id': 'req_9' })).rejects.toMatchObject({
      name: 'StreamError',
      message: 'Slow down.',
      code: 'rate_limit_exceeded',
      status: 429,
      retryAfterMs: 7000,
      requestId: 'req_9',
      param: undefined,
    });
  });

  test.each([
    [
      'Anthropic’s',
      '{"type":"error","error":{"type":"not_found_error","message":"No model."},"request_id":"req_2"}',
      'not_found_error',
      'No model.',
    ],
    ['Prediction Guard’s', '{"error":"No model."}', 'http_error', 'No model.'],
    ['a proxy’s page', '<html>Bad gateway</html>', 'http_error', 'The server responded with status 502.'],
    ['nobody’s', '', 'http_error', 'The server responded with status 502.'],
    ['one that is no object', '[1]', 'http_error', 'The server responded with status 502.'],
  ])('in %s form', async (_, body, code, message) => {
    await expect(answered(body, 502)).rejects.toMatchObject({ code, message, status: 502 });
  });

  test('names the invalid field', async () => {
    const body = '{"error":{"message":"Must be text.","code":"invalid_request","param":"messages[0].role"}}';
    await expect(answered(body, 400)).rejects.toMatchObject({ code: 'invalid_request', param: 'messages[0].role' });
  });

  test('is read only up to the size of an error', async () => {
    let pulled = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled++;
        controller.enqueue(new Uint8Array(16 * 1024).fill(120));
      },
    });
    const answer = stream({ baseUrl: 'http://x.test', body: {}, fetch: async () => new Response(body, { status: 500 }) });
    await expect(answer.text()).rejects.toMatchObject({ code: 'http_error', status: 500 });
    expect(pulled).toBeLessThan(10);
  });

  test('is an error too with status 200, never an empty answer', async () => {
    await expect(answered('<html>Hello</html>', 200, { 'content-type': 'text/html' })).rejects.toMatchObject({
      code: 'stream_malformed',
    });
    await expect(answered('{}', 200, { 'content-type': 'application/json' })).rejects.toMatchObject({ code: 'stream_malformed' });
  });

  test('is a connection error if no server listens', async () => {
    const answer = stream({ baseUrl: 'http://127.0.0.1:1', body: {} });
    await expect(answer.text()).rejects.toMatchObject({ code: 'connection_failed', status: undefined });
  });
});
