import { describe, expect, test } from 'vitest';
import { type StreamOptions, stream } from '../../lib/client/index.ts';
import { chatAnswer } from './sample.ts';

const whole = chatAnswer('One', ' two', ' three');
const events = whole.split(/(?<=\n\n)/);
const sse = { 'content-type': 'text/event-stream', 'x-sluice-stream': 'str_1', 'x-request-id': 'req_1' };
const part = (from: number, to?: number) => new Response(events.slice(from, to).join(''), { headers: sse });

type Reply = () => Response | Promise<Response>;

/** A client whose requests get these responses, one after the other. The last one repeats. */
function client(replies: readonly Reply[], options: Partial<StreamOptions> = {}) {
  const requests: { url: string; method: string; headers: Record<string, string>; at: number }[] = [];
  const answer = stream({
    baseUrl: 'http://x.test/v1',
    apiKey: 'k',
    headers: { 'x-own': '1' },
    body: {},
    resume: { delayMs: 1 },
    fetch: async (url, init = {}) => {
      const { method = 'GET', headers } = init;
      requests.push({ url: String(url), method, headers: headers as Record<string, string>, at: performance.now() });
      return (replies[Math.min(requests.length, replies.length) - 1] as Reply)();
    },
    ...options,
  });
  return { answer, requests };
}

const unreachable: Reply = () => Promise.reject(new TypeError('fetch failed'));
const refused = (status: number, code: string, headers: Record<string, string> = {}): Reply => {
  const body = JSON.stringify({ error: { message: 'Refused.', code } });
  return () => new Response(body, { status, headers });
};

describe('a client that lost its connection', () => {
  test('reads on after the last event, with its own headers, and reports it', async () => {
    const reported: unknown[] = [];
    const { answer, requests } = client([() => part(0, 2), () => part(2)], { onReconnected: (event) => reported.push(event) });
    expect(await answer.text()).toBe('One two three');
    expect(reported).toEqual([{ type: 'reconnected', attempts: 1 }]);
    expect(requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'POST http://x.test/v1/chat/completions',
      'GET http://x.test/v1/streams/str_1?after=1',
    ]);
    expect(requests[1]?.headers).toMatchObject({ authorization: 'Bearer k', 'x-own': '1' });
  });

  test('reads from the start if no event arrived', async () => {
    const { answer, requests } = client([() => part(0, 0), () => part(0)]);
    expect(await answer.text()).toBe('One two three');
    expect(requests[1]?.url).toBe('http://x.test/v1/streams/str_1');
  });

  test.each([
    ['the network is down', unreachable],
    ['the server is overloaded', refused(503, 'streams_unavailable')],
    ['there are too many requests', refused(429, 'rate_limit_exceeded')],
  ])('tries again while %s', async (_, failing) => {
    const { answer } = client([() => part(0, 2), failing, failing, () => part(2)]);
    const seen: unknown[] = [];
    for await (const event of answer) if (event.type === 'reconnected') seen.push(event);
    expect(seen).toEqual([{ type: 'reconnected', attempts: 3 }]);
    expect((await answer.answer()).text).toBe('One two three');
  });

  test('gives up after the configured number of attempts, with what it has', async () => {
    const { answer, requests } = client([() => part(0, 2), unreachable], { resume: { attempts: 3, delayMs: 1 } });
    await expect(answer.text()).rejects.toMatchObject({
      code: 'stream_cut',
      message: 'The stream ended before the response was complete. 3 attempts to reconnect failed.',
      requestId: 'req_1',
      received: { text: 'One' },
    });
    expect(requests).toHaveLength(4);
  });

  test('counts connections that bring no event as failed attempts', async () => {
    const { answer, requests } = client([() => part(0, 2), () => part(0, 0)], { resume: { attempts: 3, delayMs: 1 } });
    await expect(answer.text()).rejects.toMatchObject({ code: 'stream_cut' });
    expect(requests).toHaveLength(4);
  });

  test('counts the attempts anew after each event', async () => {
    const one = (at: number) => () => part(at, at + 1);
    const replies = events.flatMap((_, at) => (at === 0 ? [one(0)] : [unreachable, one(at)]));
    const { answer } = client(replies, { resume: { attempts: 2, delayMs: 1 } });
    expect(await answer.text()).toBe('One two three');
  });

  test('waits longer before each attempt, and as long as the server requests', async () => {
    const busy = refused(503, 'streams_unavailable', { 'retry-after-ms': '300' });
    const { answer, requests } = client([() => part(0, 2), unreachable, unreachable, busy, () => part(2)], {
      resume: { delayMs: 40 },
    });
    await answer.text();
    const waits = requests.slice(1).map(({ at }, index) => at - (requests[index]?.at ?? 0));
    for (const [index, least] of [19, 39, 79, 299].entries()) expect(waits[index]).toBeGreaterThanOrEqual(least);
  });

  test('reports a stream that is gone by its own code, without a further attempt', async () => {
    const { answer, requests } = client([() => part(0, 2), refused(404, 'stream_not_found')]);
    await expect(answer.text()).rejects.toMatchObject({
      code: 'stream_gone',
      status: 404,
      message: 'The connection was lost, and so is the stream. Refused.',
      received: { text: 'One' },
    });
    expect(requests).toHaveLength(2);
  });

  test('reports a refusal that stays, such as a revoked key, without a further attempt', async () => {
    const { answer, requests } = client([() => part(0, 2), refused(401, 'invalid_api_key')]);
    await expect(answer.text()).rejects.toMatchObject({ code: 'invalid_api_key', status: 401, message: 'Refused.' });
    expect(requests).toHaveLength(2);
  });

  test('reports a stream without a rest as cut, not as a short answer', async () => {
    const { answer, requests } = client([() => part(0, 2), () => new Response(null, { status: 204 })]);
    await expect(answer.text()).rejects.toMatchObject({ code: 'stream_cut', message: expect.stringContaining('no more of it') });
    expect(requests).toHaveLength(2);
  });

  test('does not read on if the server does not keep the stream', async () => {
    const plain = () => new Response(events.slice(0, 2).join(''), { headers: { 'content-type': 'text/event-stream' } });
    const { answer, requests } = client([plain, () => part(2)]);
    await expect(answer.text()).rejects.toMatchObject({ code: 'stream_cut' });
    expect(requests).toHaveLength(1);
  });

  test.each(['signal', 'close'] as const)('ends at once while it waits, with %s', async (how) => {
    const controller = new AbortController();
    const { answer, requests } = client([() => part(0, 2), () => part(2)], {
      resume: { delayMs: 10_000 },
      signal: controller.signal,
    });
    const ending = answer.text();
    await expect.poll(() => answer.headers).toBeDefined();
    const before = performance.now();
    if (how === 'signal') controller.abort();
    else answer.close();
    await expect(ending).rejects.toMatchObject({ code: 'closed' });
    expect(performance.now() - before).toBeLessThan(4_000);
    expect(requests).toHaveLength(1);
  });

  test('does not read on after an error that the server sent', async () => {
    const error = 'data: {"error":{"message":"Cut.","code":"upstream_cut"}}\n\n';
    const { answer, requests } = client([() => new Response(events[0] + error, { headers: sse })]);
    await expect(answer.text()).rejects.toMatchObject({ code: 'upstream_cut' });
    expect(requests).toHaveLength(1);
  });
});
