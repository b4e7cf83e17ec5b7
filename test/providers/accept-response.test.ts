import { describe, expect, test } from 'vitest';
import { upstreamFailure } from '../../lib/dialects/upstream-failure.ts';
import { acceptResponse, sseFormat } from '../../lib/providers/accept-response.ts';
import { parseRetryAfter } from '../../lib/transport/retry-after.ts';
import { readSse } from '../../lib/wire/sse.ts';
import { flattened } from '../support/batches.ts';
import { scriptProvider } from '../support/script-provider.ts';

const dialect = {
  ...scriptProvider('any').dialect,
  failure: (status: number, message: string) => upstreamFailure({ status, message }),
};

async function accept(status: number, contentType: string, body: string, headers: Record<string, string> = {}) {
  const bytes = (async function* () {
    yield Buffer.from(body);
  })();
  const answer = { status, headers: { ...(contentType && { 'content-type': contentType }), ...headers }, body: bytes };
  const frames = [];
  const batches = await acceptResponse(answer, { dialect, read: readSse, streamFormat: sseFormat });
  for await (const frame of flattened(batches)) frames.push(frame.data);
  return frames;
}

describe('acceptAnswer', () => {
  test('reads a stream, with or without a content type', async () => {
    expect(await accept(200, 'text/event-stream; charset=utf-8', 'data: a\n\n')).toEqual(['a']);
    expect(await accept(200, '', 'data: a\n\n')).toEqual(['a']);
  });

  const refusals: [status: number, contentType: string, kind: string][] = [
    [200, 'application/json', 'upstream_error'],
    [200, 'text/html', 'upstream_protocol_error'],
    [302, 'text/html', 'upstream_redirect'],
    [400, 'application/json', 'invalid_request'],
    [401, 'application/json', 'provider_auth_error'],
    [404, 'application/json', 'provider_model_not_found'],
    [408, 'application/json', 'upstream_timeout'],
    [413, 'application/json', 'request_too_large'],
    [429, 'application/json', 'rate_limit_exceeded'],
    [500, 'text/html', 'upstream_error'],
    [503, 'text/plain', 'server_overloaded'],
    [529, 'application/json', 'server_overloaded'],
  ];
  for (const [status, contentType, kind] of refusals) {
    test(`${status} ${contentType} is ${kind}`, async () => {
      await expect(accept(status, contentType, '{}')).rejects.toMatchObject({ kind });
    });
  }

  test('keeps the wait that the provider requested', async () => {
    await expect(accept(429, 'application/json', '{}', { 'retry-after': '7' })).rejects.toMatchObject({ retryAfterMs: 7000 });
  });
});

describe('parseRetryAfter', () => {
  const now = Date.UTC(2026, 0, 1);
  const forms: [headers: Record<string, string>, milliseconds: number | undefined][] = [
    [{ 'retry-after': '2' }, 2000],
    [{ 'retry-after': '1.5' }, 1500],
    [{ 'retry-after-ms': '250', 'retry-after': '9' }, 250],
    [{ 'retry-after': 'Thu, 01 Jan 2026 00:00:30 GMT' }, 30_000],
    [{ 'retry-after': 'Wed, 31 Dec 2025 00:00:00 GMT' }, 0],
    [{ 'retry-after': '-5' }, 0],
    [{ 'retry-after': 'soon' }, undefined],
    [{}, undefined],
  ];
  for (const [headers, milliseconds] of forms) {
    test(`${JSON.stringify(headers)} is ${milliseconds}`, () => expect(parseRetryAfter(headers, now)).toBe(milliseconds));
  }
});
