import { describe, expect, test } from 'vitest';
import { openaiChat, openaiChatIn } from '../../../lib/dialects/openai-chat/client.ts';
import { openaiChatUpstream } from '../../../lib/dialects/openai-chat/upstream.ts';
import { type ErrorDetails, type ErrorKind, SluiceError } from '../../../lib/stream/errors.ts';
import type { JsonObject } from '../../../lib/stream/json.ts';

const answer = (kind: ErrorKind, details?: ErrorDetails) =>
  openaiChat.error(new SluiceError(kind, 'It failed.', details), 'req_1');
const failure = (status: number, body: JsonObject | string) =>
  openaiChatUpstream().failure(status, typeof body === 'string' ? body : JSON.stringify(body));

describe('openai-chat errors', () => {
  test.each([
    ['invalid_request', 400, 'invalid_request_error'],
    ['invalid_api_key', 401, 'invalid_request_error'],
    ['model_not_allowed', 403, 'invalid_request_error'],
    ['model_not_found', 404, 'invalid_request_error'],
    ['insufficient_quota', 429, 'insufficient_quota'],
    ['rate_limit_exceeded', 429, 'rate_limit_error'],
    ['provider_auth_error', 502, 'server_error'],
    ['server_overloaded', 503, 'server_error'],
    ['upstream_timeout', 504, 'server_error'],
    ['gateway_error', 500, 'server_error'],
  ] as const)('%s is a %i of type %s', (kind, status, type) => {
    expect(answer(kind)).toMatchObject({
      status,
      body: { error: { message: 'It failed. (request req_1)', type, param: null, code: kind } },
    });
  });

  test('names the invalid field', () => {
    expect(answer('invalid_request', { param: 'messages[0].role' }).body).toMatchObject({ error: { param: 'messages[0].role' } });
  });

  test('says when to retry, and when not to', () => {
    expect(answer('rate_limit_exceeded', { retryAfterMs: 1500 }).headers).toEqual({
      'retry-after': '2',
      'retry-after-ms': '1500',
    });
    expect(answer('rate_limit_exceeded', { retryAfterMs: 3_600_000 }).headers).toMatchObject({ 'retry-after': '60' });
    expect(answer('upstream_error').headers).toEqual({ 'x-should-retry': 'false' });
    expect(answer('insufficient_quota').headers).toEqual({ 'x-should-retry': 'false' });
    expect(answer('invalid_request').headers).toEqual({});
  });

  test('keeps a same-dialect provider’s message about a bad request', () => {
    const body = {
      error: { message: 'Bad temperature', type: 'invalid_request_error', param: 'temperature', code: 'below_min' },
    };
    expect(answer('invalid_request', { upstream: { status: 400, body } }).body).toEqual(body);
    const hidden = { error: { message: 'Incorrect API key provided: sk-…' } };
    expect(answer('provider_auth_error', { upstream: { status: 401, body: hidden } }).body).toMatchObject({
      error: { code: 'provider_auth_error' },
    });
    const anthropic = { type: 'error', error: { type: 'invalid_request_error', message: 'x' } };
    expect(answer('invalid_request', { upstream: { status: 400, body: anthropic } }).body).toMatchObject({
      error: { message: 'It failed. (request req_1)' },
    });
  });

  test('writes text for Prediction Guard’s clients', () => {
    const dialect = openaiChatIn({ error: 'text in a chunk', usage: 'finish chunk' });
    expect(dialect.error(new SluiceError('invalid_api_key', 'No.'), 'req_1')).toMatchObject({
      status: 401,
      body: { error: 'No. (request req_1)' },
    });
  });
});

describe('openai-chat failure', () => {
  test.each<[string, number, JsonObject | string, ErrorKind, string]>([
    ['OpenAI', 400, { error: { message: 'Bad', type: 'invalid_request_error' } }, 'invalid_request', 'Bad'],
    ['text (Prediction Guard, Ollama)', 404, { error: 'no such model' }, 'provider_model_not_found', 'no such model'],
    ['flat (vLLM)', 400, { object: 'error', message: 'Bad', code: 400 }, 'invalid_request', 'Bad'],
    ['Cohere', 429, { message: 'Slow down' }, 'rate_limit_exceeded', 'Slow down'],
    ['FastAPI', 422, { detail: [{ loc: ['body', 'n'], msg: 'too many' }] }, 'invalid_request', 'body.n: too many'],
    [
      'Mistral',
      422,
      { object: 'error', message: { detail: [{ loc: ['body'], msg: 'extra' }] } },
      'invalid_request',
      'body: extra',
    ],
    ['a list (Gemini)', 400, '[{"error":{"code":400,"message":"Bad"}}]', 'invalid_request', 'Bad'],
    ['too long, by its code', 400, { error: { message: 'x', code: 'context_length_exceeded' } }, 'context_length_exceeded', 'x'],
    ['a wrong key', 401, { error: { message: 'Incorrect API key' } }, 'provider_auth_error', 'Incorrect API key'],
    ['HTML', 502, '<html><h1>secret</h1></html>', 'upstream_error', 'The provider responded with status 502 and an HTML page.'],
    ['text', 500, 'secret', 'upstream_error', 'The provider responded with status 500 and text that is not JSON.'],
    ['nothing', 503, '', 'server_overloaded', 'The provider responded with status 503 and no body.'],
  ])('reads %s', (_, status, body, kind, message) => {
    expect(failure(status, body)).toMatchObject({ kind, message, upstream: { status } });
  });
});
