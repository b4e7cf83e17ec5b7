import { describe, expect, test } from 'vitest';
import { fixedKey } from '../../lib/providers/key-source.ts';
import { makeProvider } from '../../lib/providers/make-provider.ts';
import { providerPresets } from '../../lib/providers/presets.ts';

const key = fixedKey();
const openai = makeProvider({ name: 'openai', baseUrl: 'http://127.0.0.1:1', key, ...providerPresets.openai, kind: 'openai' });
const lab = makeProvider({ name: 'lab', kind: 'openai-compatible', baseUrl: 'http://127.0.0.1:1', key });
const chosenApi = async (provider: typeof openai, caller: string, model: string) =>
  (await provider.apiFor(caller, model)).dialect.name;

describe('the OpenAI API', () => {
  const cases: [caller: string, model: string, api: string][] = [
    ['openai-chat', 'gpt-4o-mini', 'openai-chat'],
    ['anthropic-messages', 'gpt-4o-mini', 'openai-chat'],
    ['openai-responses', 'gpt-4o-mini', 'openai-responses'],
    ['openai-chat', 'o1-pro-2025-03-19', 'openai-responses'],
    ['anthropic-messages', 'codex-mini-latest', 'openai-responses'],
    ['openai-completions', 'gpt-4o-mini', 'openai-chat'],
    ['openai-completions', 'o1-pro', 'openai-responses'],
    ['openai-completions', 'davinci-002', 'openai-completions'],
    ['openai-chat', 'gpt-3.5-turbo-instruct-0914', 'openai-completions'],
    ['openai-responses', 'davinci-002', 'openai-completions'],
  ];
  for (const [caller, model, api] of cases) {
    test(`for ${model} and a client of ${caller} is ${api}`, async () => {
      expect(await chosenApi(openai, caller, model)).toBe(api);
    });
  }

  test('of a compatible server is chat completions for every client', async () => {
    expect(await chosenApi(lab, 'openai-responses', 'o1-pro')).toBe('openai-chat');
    expect(await chosenApi(lab, 'openai-completions', 'davinci-002')).toBe('openai-chat');
  });

  test('of Azure is chat completions with deployments in the path, and the client’s own with `/openai/v1`', async () => {
    const azure = (baseUrl: string) => makeProvider({ name: 'azure', kind: 'azure', baseUrl, key });
    const [old, v1] = [azure('http://127.0.0.1:1'), azure('http://127.0.0.1:1/openai/v1')];
    expect(await chosenApi(old, 'openai-responses', 'gpt-5.1')).toBe('openai-chat');
    expect(await chosenApi(v1, 'openai-responses', 'gpt-5.1')).toBe('openai-responses');
    expect(await chosenApi(v1, 'openai-chat', 'gpt-5.1')).toBe('openai-chat');
  });

  test('of a server with text completions for any model is the client’s own', async () => {
    const vllm = makeProvider({
      name: 'vllm',
      baseUrl: 'http://127.0.0.1:1',
      key,
      ...providerPresets.vllm,
      kind: 'openai-compatible',
    });
    expect(await chosenApi(vllm, 'openai-completions', 'opt-125m')).toBe('openai-completions');
    expect(await chosenApi(vllm, 'openai-chat', 'opt-125m')).toBe('openai-chat');
  });
});
