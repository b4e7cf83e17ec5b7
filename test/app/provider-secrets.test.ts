import { describe, expect, test } from 'vitest';
import { providerSecrets } from '../../lib/app/provider-secrets.ts';
import { checkConfig } from '../../lib/config/load-config.ts';

const secrets = (config: object) =>
  providerSecrets(checkConfig(config, 'c')).map(({ provider, secretName }) => `${provider}: ${secretName}`);

describe('the secrets of a deployment', () => {
  test('are one per provider that is configured or used by a model', () => {
    expect(
      secrets({
        providers: { groq: {} },
        models: { a: 'openai/gpt-4o', b: { targets: ['anthropic/claude-x', { target: 'openai/o3' }] } },
      }),
    ).toEqual(['groq: sluice/groq', 'openai: sluice/openai', 'anthropic: sluice/anthropic']);
  });

  test('have the configured names, and a development variable becomes sluice/<provider>', () => {
    const lab = { kind: 'openai-compatible', baseUrl: 'https://lab.example/v1' };
    expect(
      secrets({
        providers: {
          openai: { key: { secret: 'team/openai' } },
          lab: { ...lab, key: { env: 'LAB_KEY' } },
          mine: { kind: 'gemini' },
        },
      }),
    ).toEqual(['openai: team/openai', 'lab: sluice/lab', 'mine: sluice/mine']);
  });

  test('start with the name of the stack, so two stacks in one account have two', () => {
    expect(secrets({ providers: { openai: {}, groq: { key: { secret: 'sluice/groq' } } }, stack: { name: 'staging' } })).toEqual([
      'openai: staging/openai',
      'groq: sluice/groq',
    ]);
  });

  test('are none for Bedrock and for servers that need no key', () => {
    expect(
      secrets({
        providers: {
          lab: { kind: 'openai-compatible', baseUrl: 'http://10.0.0.1/v1' },
          cloud: { kind: 'bedrock', key: { env: 'UNUSED' } },
          ollama: {},
        },
        models: { a: 'bedrock/amazon.nova-lite-v1:0' },
      }),
    ).toEqual([]);
  });

  test('have names, not ARNs', () => {
    expect(() => secrets({ providers: { openai: { key: { secret: 'arn:aws:secretsmanager:eu-west-1:1:secret:x' } } } })).toThrow(
      'c: providers.openai.key',
    );
    expect(() => secrets({ providers: { openai: { key: { secret: '' } } } })).toThrow('c: providers.openai.key');
  });
});
