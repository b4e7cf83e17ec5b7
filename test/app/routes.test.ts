import { describe, expect, test } from 'vitest';
import { createRoutes } from '../../lib/app/routes.ts';
import { checkConfig } from '../../lib/config/load-config.ts';
import { scriptProvider } from '../support/script-provider.ts';

const providers = new Map(['openai', 'lab', 'demo/openai', 'bedrock'].map((name) => [name, scriptProvider(name)]));
const config = {
  providers: { lab: { kind: 'openai-compatible', baseUrl: 'http://127.0.0.1:9/v1' } },
  timeouts: { idle: '9s' },
  models: {
    fast: 'openai/gpt-4o-mini',
    steady: {
      targets: ['lab/x', { target: 'openai/y', timeouts: { firstContent: '1s' } }],
      timeouts: { firstContent: '10s', total: '60s' },
    },
    plain: { targets: ['lab/x', 'openai/y'] },
    patient: { targets: ['lab/x', 'openai/y'], hedgeAfter: 'off' },
    eager: { targets: ['lab/x', 'openai/y'], hedgeAfter: '2s' },
  },
};
const routes = createRoutes(checkConfig(config, 'c'), providers, 'c', { demo: ['demo/openai/demo'] });
const targets = (name: string) => routes.resolve(name).targets.map(({ provider, model }) => `${provider.name} ${model}`);

describe('a model name', () => {
  test('can be an alias, with its targets in order', () => {
    expect(targets('fast')).toEqual(['openai gpt-4o-mini']);
    expect(targets('steady')).toEqual(['lab x', 'openai y']);
  });

  test('can be provider/model, and both may contain slashes', () => {
    expect(targets('lab/meta-llama/Llama-3')).toEqual(['lab meta-llama/Llama-3']);
    expect(targets('demo/openai/demo')).toEqual(['demo/openai demo']);
  });

  test('can be a bare name that an enabled provider claims', () => {
    expect(targets('gpt-4.1')).toEqual(['openai gpt-4.1']);
    expect(targets('anthropic.claude-v2')).toEqual(['bedrock anthropic.claude-v2']);
    expect(() => routes.resolve('claude-sonnet-4-5')).toThrow('Set ANTHROPIC_API_KEY to use anthropic models.');
    expect(() => routes.resolve('groq/llama-3.3-70b')).toThrow('Set GROQ_API_KEY to use groq models.');
    const deployed = createRoutes(checkConfig(config, 'c'), providers, 'c', { namedOnly: new Set(['bedrock']) });
    expect(() => deployed.resolve('claude-sonnet-4-5')).toThrow('The provider anthropic is not configured here.');
    expect(() => deployed.resolve('claude-sonnet-4-5')).not.toThrow('ANTHROPIC_API_KEY');
  });

  test('returns a 404 with the nearest names otherwise', () => {
    expect(() => routes.resolve('faast')).toThrow(expect.objectContaining({ kind: 'model_not_found', param: 'model' }));
    expect(() => routes.resolve('faast')).toThrow('Did you mean `fast`?');
    expect(() => routes.resolve('zzzzzzzzzzzzzzzzzzzz')).toThrow(/is configured\. GET \/v1\/models lists the names\.$/);
  });

  test('is invalid with control characters, lone surrogates or dots that change the path', () => {
    for (const name of [
      'lab/a\r\nb',
      'lab/\u0000',
      'lab/\ud800',
      'lab/..',
      'lab/../x',
      'lab/./x',
      `lab/${'x'.repeat(3000)}`,
      'gpt-\u007f',
    ])
      expect(() => routes.resolve(name), JSON.stringify(name)).toThrow(expect.objectContaining({ kind: 'model_not_found' }));
    expect(targets('lab/a..b/.c.')).toEqual(['lab a..b/.c.']);
  });

  test('uses the target’s timeouts before the model’s, and those before the defaults', () => {
    const { targets, totalMs } = routes.resolve('steady');
    expect(targets.map(({ timeouts }) => timeouts)).toEqual([
      { connect: 5000, firstContent: 10_000, idle: 9000 },
      { connect: 5000, firstContent: 1000, idle: 9000 },
    ]);
    expect(totalMs).toBe(60_000);
  });

  test('waits 60 s for the first content if another target follows, and 120 s for the last one', () => {
    expect(routes.resolve('plain').targets.map(({ timeouts }) => timeouts.firstContent)).toEqual([60_000, 120_000]);
    expect(routes.resolve('fast').targets.map(({ timeouts }) => timeouts.firstContent)).toEqual([120_000]);
  });

  test('starts the next target after 10 s by default, unless the request wants reasoning', () => {
    const hedging = (name: string) => {
      const { hedgeAfterMs, hedgesReasoning } = routes.resolve(name);
      return { hedgeAfterMs, hedgesReasoning };
    };
    expect(hedging('plain')).toEqual({ hedgeAfterMs: 10_000 });
    expect(hedging('eager')).toEqual({ hedgeAfterMs: 2_000, hedgesReasoning: true });
    expect(hedging('patient')).toEqual({});
    expect(hedging('fast')).toEqual({});
  });

  test('must lead to a provider as an alias', () => {
    expect(() => createRoutes(checkConfig({ models: { a: 'nowhere/x' } }, 'c'), providers, 'c')).toThrow('found "nowhere/x"');
  });
});
