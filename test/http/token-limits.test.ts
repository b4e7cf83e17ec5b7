import { describe, expect, test, vi } from 'vitest';
import { memoryStore } from '../../lib/access/limits/memory-store.ts';
import { SluiceError } from '../../lib/stream/errors.ts';
import type { JsonObject } from '../../lib/stream/json.ts';
import { answerOf, chat, limited, path, promptTokens, tokensLeft } from '../support/limited.ts';
import { settled } from '../support/manual-clock.ts';
import type { Step } from '../support/script-provider.ts';

describe('a limit of tokens', () => {
  test('reserves the prompt and the maximum output, and returns what was not used', async () => {
    const { post } = limited({ limits: { tokensPerMinute: 1000 } });
    const first = await post(path, chat());
    expect(tokensLeft(first)).toBe(1000 - promptTokens - 100);
    await settled();
    // 15 of them were used.
    expect(tokensLeft(await post(path, chat()))).toBe(1000 - 15 - promptTokens - 100);
  });

  test('delays the next request if more was used than reserved', async () => {
    const { post } = limited({ limits: { tokensPerMinute: 1000 }, scripts: [answerOf({ input: 2000, output: 5 })] });
    expect((await post(path, chat())).status).toBe(200);
    await settled();
    const refused = await post(path, chat());
    expect(refused.status).toBe(429);
    expect(tokensLeft(refused)).toBe(0);
  });

  test('counts every choice of a request', async () => {
    const wide = '/v1/completions';
    const completion = (more: JsonObject) => ({ model: 'lab/model', max_tokens: 100, prompt: 'Hello', ...more });
    const cases: [path: string, body: JsonObject, answers: number][] = [
      [path, chat({ n: 3 }), 3],
      [wide, completion({}), 1],
      [wide, completion({ n: 2, best_of: 5 }), 5],
      [wide, completion({ prompt: ['a', 'b', 'c'] }), 3],
      [wide, completion({ prompt: ['a', 'b'], n: 2 }), 4],
    ];
    for (const [asked, body, answers] of cases) {
      const { post } = limited({ limits: { tokensPerMinute: 10_000 } });
      const prompt = Math.ceil(JSON.stringify(body).length / 3);
      expect(tokensLeft(await post(asked, body)), JSON.stringify(body)).toBe(10_000 - prompt - answers * 100);
    }
  });

  test('counts a picture as 1,000 tokens, whatever its bytes', async () => {
    const { post } = limited({ limits: { tokensPerMinute: 10_000 } });
    const image = (data: string) => ({ type: 'image_url', image_url: { url: `data:image/png;base64,${data}` } });
    const body = (data: string) => chat({ messages: [{ role: 'user', content: [image(data)] }] });
    const prompt = Math.ceil(JSON.stringify(body('')).length / 3);
    expect(tokensLeft(await post(path, body('A'.repeat(300_000))))).toBe(10_000 - prompt - 1000 - 100);
  });

  test('counts a plain text document by its bytes', async () => {
    const text = (data: string) => ({ type: 'document', source: { type: 'base64', media_type: 'text/csv', data } });
    const file = (data: string) => ({ type: 'file', file: { filename: 'a.csv', file_data: `data:text/csv;base64,${data}` } });
    const asked: [path: string, part: (data: string) => JsonObject][] = [
      [path, file],
      ['/v1/messages', text],
    ];
    for (const [address, part] of asked) {
      const { post, provider } = limited({ limits: { tokensPerMinute: 10_000 } });
      const body = (data: string) => chat({ messages: [{ role: 'user', content: [part(data)] }] });
      expect((await post(address, body('A'.repeat(300_000)))).status).toBe(429);
      expect(provider.calls).toHaveLength(0);
    }
  });

  test('rejects a request that can never fit, and says how it could', async () => {
    const { post, provider } = limited({ limits: { tokensPerMinute: 50 } });
    const answer = await post(path, chat());
    expect(answer.status).toBe(429);
    expect(await answer.text()).toContain('this API key is limited to 50 a minute. Lower the output limit.');
    expect(provider.calls).toHaveLength(0);
  });

  test('takes no lease for a request that it rejects', async () => {
    const store = memoryStore();
    const take = vi.spyOn(store, 'take');
    const { post } = limited({ limits: { tokensPerMinute: 50, concurrentStreams: 1 }, store });
    expect((await post(path, chat())).status).toBe(429);
    expect(take).not.toHaveBeenCalled();
  });

  test.each([
    ['streamed', true],
    ['whole', false],
  ])('keeps the reservation of a client that disconnected before the first token: %s', async (_, stream) => {
    const silence = new Promise(() => {});
    const { post, provider } = limited({ limits: { tokensPerMinute: 1000 }, scripts: [[{ wait: silence }], answerOf({})] });
    const caller = new AbortController();
    const abort = post(path, chat({ stream }), { signal: caller.signal });
    await settled();
    expect(provider.calls).toHaveLength(1);
    caller.abort();
    expect((await abort).status).toBe(499);
    await settled();
    const reserved = promptTokens + 100;
    // The body of a stream is a byte shorter, `true` than `false`.
    expect(tokensLeft(await post(path, chat()))).toBeLessThanOrEqual(1001 - 2 * reserved);
  });

  const began: Step[] = answerOf({}).slice(0, 3);
  test.each<[what: string, scripts: Step[][], isGivenBack: boolean, status: number]>([
    ['never began', [[new SluiceError('upstream_unreachable', 'No.')]], true, 502],
    ['the provider refused', [[new SluiceError('upstream_error', 'No.', { upstream: { status: 500 } })]], true, 502],
    ['timed out before its first content', [[new SluiceError('upstream_timeout', 'Late.')]], false, 504],
    ['was cut before its first content', [[new SluiceError('upstream_cut', 'Cut.')]], false, 502],
    ['broke off', [[...began, new SluiceError('upstream_cut', 'Cut.')]], false, 502],
    ['was not counted', [answerOf({})], false, 200],
    ['was counted in part', [answerOf({ input: 10 })], false, 200],
  ])('after an answer that %s', async (_, scripts, isGivenBack, status) => {
    const { post } = limited({ limits: { tokensPerMinute: 1000 }, scripts });
    expect((await post(path, chat())).status).toBe(status);
    await settled();
    const reserved = promptTokens + 100;
    expect(tokensLeft(await post(path, chat()))).toBe(1000 - reserved - (isGivenBack ? 0 : reserved));
  });
});
