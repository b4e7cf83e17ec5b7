import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, describe, expect, test } from 'vitest';
import type { Sink } from '../../lib/gateway/deliver.ts';
import type { Host } from '../../lib/http/host.ts';
import { streamResponse } from '../../lib/http/stream-response.ts';
import { functionUrlHandler } from '../../lib/lambda/function-url.ts';
import { manualClock } from '../support/manual-clock.ts';
import { FakeStream, fakeRuntime, urlEvent } from './fake-runtime.ts';

const listenersBefore = process.listeners('unhandledRejection');
afterAll(() => {
  process.removeAllListeners('unhandledRejection');
  for (const listener of listenersBefore) process.on('unhandledRejection', listener);
});

type Answer = (request: Request, host: Host) => Response | Promise<Response>;

function invoke(answer: Answer, event: unknown = urlEvent('GET'), remainingMs = 900_000) {
  const stream = new FakeStream();
  const lines: string[] = [];
  const clock = manualClock();
  const handler = functionUrlHandler({
    app: { fetch: (request, host) => answer(request, (host ?? {}) as Host) },
    log: (line) => lines.push(line),
    clock,
    runtime: fakeRuntime,
  });
  const context = { awsRequestId: 'aws-1', getRemainingTimeInMillis: () => remainingMs };
  return { done: handler(event, stream, context), stream, lines, clock };
}

async function answered(answer: Answer, event?: unknown) {
  const { done, stream, lines } = invoke(answer, event);
  await done;
  expect(stream.ended).toBe(true);
  return { stream, lines, prelude: stream.prelude };
}

/** The request that the app sees for this event. */
async function seen(event: unknown): Promise<{ request: Request; body: Uint8Array; host: Host }> {
  let found: { request: Request; body: Uint8Array; host: Host } | undefined;
  await answered(async (request, host) => {
    found = { request, body: new Uint8Array(await request.arrayBuffer()), host };
    return new Response('ok');
  }, event);
  if (!found) throw new Error('the app was not asked');
  return found;
}

describe('a request', () => {
  test('has its method, path and query unchanged', async () => {
    const { request } = await seen(urlEvent('GET', '/model/a%3Ab%2Fc/converse', { rawQueryString: 'a=1&a=2&b=%20x' }));
    expect(request.method).toBe('GET');
    expect(request.url).toBe('https://url.lambda-url.us-east-1.on.aws/model/a%3Ab%2Fc/converse?a=1&a=2&b=%20x');
  });

  test('can’t change its host through its path, nor its query through a question mark', async () => {
    const { request } = await seen(urlEvent('GET', '//evil.example/a?b#c', { rawQueryString: 'x=#y' }));
    expect(new URL(request.url)).toMatchObject({
      host: 'url.lambda-url.us-east-1.on.aws',
      pathname: '//evil.example/a%3Fb%23c',
      search: '?x=%23y',
    });
  });

  test('has its headers, joined by commas, and as bytes beyond Latin-1', async () => {
    const { request } = await seen(urlEvent('GET', '/', { headers: { host: 'h.example', 'x-many': 'a,b', 'x-name': '名' } }));
    expect(request.headers.get('x-many')).toBe('a,b');
    expect(Buffer.from(request.headers.get('x-name') ?? '', 'latin1').toString()).toBe('名');
  });

  test('has its cookies, which are separate in the event', async () => {
    const { request } = await seen(urlEvent('GET', '/', { cookies: ['a=1', 'b=2'] }));
    expect(request.headers.get('cookie')).toBe('a=1; b=2');
  });

  test.each([
    ['text', 'grüße', false, Buffer.from('grüße')],
    ['base64', Buffer.from([0, 255, 128]).toString('base64'), true, Buffer.from([0, 255, 128])],
    ['nothing', undefined, false, Buffer.alloc(0)],
  ])('has its body: %s', async (_, body, isBase64Encoded, expected) => {
    const found = await seen(urlEvent('POST', '/', { body, isBase64Encoded }));
    expect(Buffer.from(found.body)).toEqual(expected);
  });

  test('has no body for GET and HEAD, whatever was sent', async () => {
    expect((await seen(urlEvent('GET', '/', { body: 'x' }))).body).toHaveLength(0);
  });

  test('has the host’s request id, remaining time and verified signer', async () => {
    const iam = { accessKey: 'AKIA', userArn: 'arn:aws:iam::1:user/a' };
    const event = urlEvent('GET');
    const signed = { ...event, requestContext: { ...(event.requestContext as object), authorizer: { iam } } };
    const { host } = await seen(signed);
    expect(host).toMatchObject({ requestId: 'aws-1', principal: 'arn:aws:iam::1:user/a' });
    expect(host.remainingMs?.()).toBe(900_000);
    expect((await seen(event)).host.principal).toBeUndefined();
  });
});

describe('an invalid event', () => {
  test.each([
    ['a test of the console', { key1: 'value1' }],
    ['nothing', null],
    ['a text', 'x'],
    ['a method that no request can have', urlEvent('CONNECT')],
    ['a method of nonsense', urlEvent('G ET')],
    ['a header of nonsense', urlEvent('GET', '/', { headers: { 'a b': 'c' } })],
    ['a header with a line end', urlEvent('GET', '/', { headers: { a: 'b\r\nc: d' } })],
    ['a host of nonsense', urlEvent('GET', '/', { headers: { host: 'a b' } })],
    ['headers that are none', urlEvent('GET', '/', { headers: 'x' })],
  ])('is a 400: %s', async (_, event) => {
    const { prelude, stream } = await answered(() => new Response('never'), event);
    expect(prelude?.statusCode).toBe(400);
    expect(JSON.parse(stream.text)).toHaveProperty('error.message');
  });
});

describe('the prelude of an answer', () => {
  test('has the status, the headers and separate cookies, and leaves framing to the platform', async () => {
    const { prelude } = await answered(() => {
      const headers = new Headers({ 'x-a': '1', 'content-length': '2', connection: 'close' });
      headers.append('x-a', '2');
      headers.append('set-cookie', 'a=1; Path=/');
      headers.append('set-cookie', 'b=2');
      return new Response('ok', { status: 201, headers });
    });
    expect(prelude).toEqual({
      statusCode: 201,
      headers: { 'x-a': '1, 2', 'content-type': 'text/plain;charset=UTF-8' },
      cookies: ['a=1; Path=/', 'b=2'],
    });
  });

  test('writes text beyond Latin-1 as text, and other bytes unchanged', async () => {
    const value = Buffer.from('名').toString('latin1');
    const { prelude } = await answered(() => new Response('', { headers: { 'x-name': value, 'x-latin': 'é' } }));
    expect(prelude?.headers).toMatchObject({ 'x-name': '名', 'x-latin': 'é' });
  });

  test('is sent before the first byte of the body', async () => {
    const body = Promise.withResolvers<void>();
    const { done, stream } = invoke(() =>
      streamResponse(
        async (sink) => {
          await body.promise;
          sink.write('first');
          sink.end();
        },
        {},
        () => {},
      ),
    );
    while (stream.pieces.length === 0) await setImmediate();
    expect(stream.prelude?.statusCode).toBe(200);
    expect(stream.text).toBe('');
    body.resolve();
    await done;
    expect(stream.text).toBe('first');
  });
});

describe('a body', () => {
  test.each([
    ['an empty text', () => new Response(''), '\n'],
    ['an empty stream', () => new Response(new ReadableStream({ start: (stream) => stream.close() })), '\n'],
    ['none at all', () => new Response(null), '\n'],
    ['a 204', () => new Response(null, { status: 204 }), '\n'],
    ['a 304', () => new Response(null, { status: 304 }), '\n'],
    ['a redirect', () => new Response(null, { status: 302, headers: { location: '/' } }), '\n'],
  ])('is one line break if it is empty: %s', async (_, answer, expected) => {
    expect((await answered(answer)).stream.text).toBe(expected);
  });

  test('is one byte for HEAD, whatever the app returns', async () => {
    const source = async (sink: Sink) => {
      sink.write('streamed');
      sink.end();
    };
    for (const answer of [
      () => new Response('text', { headers: { 'x-a': '1' } }),
      () => streamResponse(source, { 'x-a': '1' }, () => {}),
      () => new Response(null, { status: 204, headers: { 'x-a': '1' } }),
    ]) {
      const { stream, prelude } = await answered(answer, urlEvent('HEAD'));
      expect(stream.text).toBe('\n');
      expect(prelude).toMatchObject({ statusCode: 200, headers: { 'x-a': '1' } });
    }
  });

  test('is one byte for a preflight, with 200 instead of 204 and the app’s headers', async () => {
    const { stream, prelude } = await answered(
      ({ method }) => new Response(null, { status: 204, headers: { method } }),
      urlEvent('OPTIONS'),
    );
    expect(prelude).toMatchObject({ statusCode: 200, headers: { method: 'OPTIONS' } });
    expect(stream.text).toBe('\n');
  });

  test('has its bytes unchanged', async () => {
    const bytes = Buffer.from([0, 255, 10, 13, 128]);
    const { stream } = await answered(() => new Response(bytes));
    expect(Buffer.concat(stream.pieces.map((piece) => Buffer.from(piece)))).toEqual(bytes);
  });

  test('is written one string per write if we write it ourselves', async () => {
    const source = async (sink: Sink) => {
      sink.write('one');
      sink.write('two');
      sink.end();
    };
    const { stream } = await answered(() => streamResponse(source, {}, () => {}));
    expect(stream.pieces).toEqual(['', 'one', 'two']);
  });

  test('waits while the client is slow', async () => {
    let written = 0;
    const source = async (sink: Sink) => {
      for (; written < 3; written++) await sink.write('x');
      sink.end();
    };
    const { done, stream } = invoke(() => streamResponse(source, {}, () => {}));
    stream.takes = false;
    while (stream.listenerCount('drain') === 0) await setImmediate();
    expect(written).toBe(0);
    stream.takes = true;
    stream.emit('drain');
    await done;
    expect(written).toBe(3);
    expect(stream.listenerCount('drain')).toBe(0);
  });

  test('fails the invocation if it fails in mid-stream, and nothing follows', async () => {
    const { done, stream } = invoke(
      () =>
        new Response(
          new ReadableStream({
            pull(controller) {
              controller.enqueue(new TextEncoder().encode('half'));
              controller.error(new Error('broken'));
            },
          }),
        ),
    );
    await expect(done).rejects.toThrow('broken');
    expect(stream.ended).toBe(false);
  });
});

describe('an app error', () => {
  test('is a 500 without details, and one log line', async () => {
    const { prelude, stream, lines } = await answered(() => Promise.reject(new Error('inner words')));
    expect(prelude?.statusCode).toBe(500);
    expect(stream.text).not.toContain('inner words');
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ level: 'ERROR', message: 'the app failed' }]);
    expect(lines[0]).toContain('inner words');
  });

  test('is one log line for an unhandled rejection, and the process continues', async () => {
    const { lines } = await answered(async () => {
      void Promise.reject(new Error('nobody waits'));
      await setImmediate();
      return new Response('ok');
    });
    expect(lines.join()).toContain('nobody waits');
  });
});

describe('background work', () => {
  test('runs before the answer ends', async () => {
    const work = Promise.withResolvers<void>();
    const { done, stream } = invoke((_, host) => {
      host.waitUntil?.(work.promise);
      return new Response('said');
    });
    while (stream.text !== 'said') await setImmediate();
    await setImmediate();
    expect(stream.ended).toBe(false);
    work.resolve();
    await done;
    expect(stream.ended).toBe(true);
  });

  test('is one log line if it fails', async () => {
    const { lines } = await answered((_, host) => {
      host.waitUntil?.(Promise.reject(new Error('lost')));
      return new Response('said');
    });
    expect(lines.join()).toContain('lost');
  });

  test('doesn’t delay the end of the answer forever', async () => {
    const { done, stream, clock } = invoke(
      (_, host) => {
        host.waitUntil?.(new Promise(() => {}));
        return new Response('said');
      },
      undefined,
      60_000,
    );
    while (stream.text !== 'said') await setImmediate();
    await clock.advance(56_000);
    await done;
    expect(stream.ended).toBe(true);
  });
});

/** As `--expose-gc` would give it, without the flag. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
}

describe('before the timeout', () => {
  test('the signal of the request aborts', async () => {
    const { done, clock, stream } = invoke(
      async ({ signal }) => {
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        return new Response(String(signal.reason.kind));
      },
      undefined,
      60_000,
    );
    await clock.advance(54_000);
    await setImmediate();
    expect(stream.pieces).toEqual([]);
    // The app holds nothing but the signal: whatever else can be collected is.
    collectGarbage();
    await setImmediate();
    await clock.advance(2_000);
    await done;
    expect(stream.text).toBe('stream_deadline');
  });

  test('an app that continues anyway is abandoned, so the environment survives', async () => {
    const { done, clock, stream } = invoke(() => new Promise(() => {}), undefined, 60_000);
    const failed = expect(done).rejects.toThrow('within');
    await clock.advance(59_000);
    await failed;
    expect(stream.pieces).toEqual([]);
  });
});
