import { describe, expect, test } from 'vitest';
import { configuredProviders } from '../../lib/app/configured-providers.ts';
import type { Environment } from '../../lib/config/environment.ts';
import { checkConfig } from '../../lib/config/load-config.ts';

const names = (config: object, environment: Environment = {}) => [
  ...configuredProviders(checkConfig(config, 'c'), environment, 'c').keys(),
];

describe('the enabled providers', () => {
  test.each([
    ['GEMINI_API_KEY', 'gemini'],
    ['PREDICTIONGUARD_API_KEY', 'predictionguard'],
    ['EMPOWER_API_KEY', 'empower'],
  ])('%s enables %s', (variable, name) => {
    expect(names({}, { [variable]: 'a-key' })).toEqual([name]);
  });

  test('a provider without a default address needs its key and its address', () => {
    expect(names({}, { AZURE_OPENAI_API_KEY: 'a-key' })).toEqual([]);
    expect(names({}, { AZURE_OPENAI_API_KEY: 'a-key', AZURE_OPENAI_ENDPOINT: 'https://x.openai.azure.com' })).toEqual(['azure']);
    expect(names({ providers: { azure: { baseUrl: 'https://x.openai.azure.com' } } })).toEqual(['azure']);
  });

  test('an address missing from the configuration is an error that says where to set it', () => {
    expect(() => names({ providers: { azure: {} } })).toThrow(
      "c: providers.azure.baseUrl: expected a URL, found nothing. Add the base URL of this provider's API, or set AZURE_OPENAI_ENDPOINT.",
    );
    expect(() => names({ models: { gpt: 'azure/gpt' } })).toThrow('providers.azure.baseUrl');
  });

  test('a provider with a custom name can be of any kind', () => {
    const providers = { work: { kind: 'azure', baseUrl: 'https://x.openai.azure.com' }, google: { kind: 'gemini' } };
    expect(names({ providers })).toEqual(['work', 'google']);
  });
});
