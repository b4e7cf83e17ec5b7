import { describe, expect, test } from 'vitest';
import { configuredProviders } from '../../lib/app/configured-providers.ts';
import type { Environment } from '../../lib/config/environment.ts';
import { checkConfig } from '../../lib/config/load-config.ts';

const names = (config: object, environment: Environment = {}) => [
  ...configuredProviders(checkConfig(config, 'c'), environment, 'c').keys(),
];

describe('the providers that can be asked', () => {
  test.each([
    ['GEMINI_API_KEY', 'gemini'],
    ['PREDICTIONGUARD_API_KEY', 'predictionguard'],
    ['EMPOWER_API_KEY', 'empower'],
  ])('%s enables %s', (variable, name) => {
    expect(names({}, { [variable]: 'a-key' })).toEqual([name]);
  });

  test('a provider without an address of its own is enabled by its key and its address', () => {
    expect(names({}, { AZURE_OPENAI_API_KEY: 'a-key' })).toEqual([]);
    expect(names({}, { AZURE_OPENAI_API_KEY: 'a-key', AZURE_OPENAI_ENDPOINT: 'https://x.openai.azure.com' })).toEqual(['azure']);
    expect(names({ providers: { azure: { baseUrl: 'https://x.openai.azure.com' } } })).toEqual(['azure']);
  });

  test('one that is configured without an address is an error that says where to put it', () => {
    expect(() => names({ providers: { azure: {} } })).toThrow(
      "c: providers.azure.baseUrl: expected a URL, found nothing. Add the base URL of this provider's API, or set AZURE_OPENAI_ENDPOINT.",
    );
    expect(() => names({ models: { gpt: 'azure/gpt' } })).toThrow('providers.azure.baseUrl');
  });

  test('a provider of the operator’s own name is of any kind', () => {
    const providers = { work: { kind: 'azure', baseUrl: 'https://x.openai.azure.com' }, google: { kind: 'gemini' } };
    expect(names({ providers })).toEqual(['work', 'google']);
  });
});
