import { expect, test } from 'vitest';
import { createModelList } from '../../lib/app/model-list.ts';
import { createRoutes } from '../../lib/app/routes.ts';
import { checkConfig } from '../../lib/config/load-config.ts';
import { geminiModelIds, modelIds } from '../../lib/providers/model-ids.ts';
import type { Provider } from '../../lib/providers/provider.ts';
import { manualClock } from '../support/manual-clock.ts';

/** A provider whose list the test decides. */
function provider(name: string, listModels?: () => Promise<string[]>): [string, Provider] {
  const apiFor = () => Promise.reject(new Error('not called'));
  return [name, { name, apiFor, ...(listModels && { listModels }) }];
}

test('lists models without waiting for providers, and fetches them again after five minutes', async () => {
  const clock = manualClock();
  let fetches = 0;
  const one = async () => [`m${++fetches}`];
  const list = createModelList(new Map([provider('one', one), provider('two')]), clock);
  expect(list.names()).toEqual([]);
  await list.settled();
  expect(list.names()).toEqual(['one/m1']);
  await clock.advance(4 * 60_000);
  expect(list.names()).toEqual(['one/m1']);
  await clock.advance(2 * 60_000);
  expect(list.names()).toEqual(['one/m1']);
  await list.settled();
  expect(list.names()).toEqual(['one/m2']);
  expect(fetches).toBe(2);
});

test('keeps the last list of a failing provider, and all others', async () => {
  const clock = manualClock();
  let isDown = false;
  const flaky = async () => {
    if (isDown) throw new Error('down');
    return ['a'];
  };
  const list = createModelList(new Map([provider('flaky', flaky), provider('steady', async () => ['b'])]), clock);
  list.names();
  await list.settled();
  isDown = true;
  await clock.advance(6 * 60_000);
  list.names();
  await list.settled();
  expect(list.names()).toEqual(['flaky/a', 'steady/b']);
});

test('lists aliases first, then models of providers, then demo models', () => {
  const config = checkConfig(
    { models: { fast: 'lab/x' }, providers: { lab: { kind: 'openai', baseUrl: 'http://127.0.0.1:9' } } },
    'c',
  );
  const routes = createRoutes(config, new Map([provider('lab')]), 'c', {
    models: { names: () => ['lab/x', 'lab/y'], known: () => [] },
    demo: ['demo/openai/chat'],
  });
  expect(routes.names).toEqual(['fast', 'lab/x', 'lab/y', 'demo/openai/chat']);
});

test('omits models that can’t chat', () => {
  const data = [
    { id: 'gpt-4o' },
    { id: 'mistral-large', capabilities: { completion_chat: true } },
    { id: 'mistral-embed', capabilities: { completion_chat: false } },
    { id: 'flux', type: 'image' },
    { id: 'router/painter', architecture: { output_modalities: ['image'] } },
    { id: 7 },
  ];
  expect(modelIds({ data })).toEqual(['gpt-4o', 'mistral-large']);
  expect(modelIds({ data: 'none' })).toEqual([]);
  const models = [
    { name: 'models/gemini-3-pro', supportedGenerationMethods: ['generateContent'] },
    { name: 'models/text-embedding', supportedGenerationMethods: ['embedContent'] },
  ];
  expect(geminiModelIds({ models })).toEqual(['gemini-3-pro']);
});
