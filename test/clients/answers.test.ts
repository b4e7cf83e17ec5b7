import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { providers } from '../functions/dialects.ts';
import { type Served, serve } from '../support/serve.ts';
import { nothingSeen, type Seen, type Surface } from './surface.ts';
import { silentSurfaces, surfaces } from './surfaces.ts';
import { callWith, upstreamTruth } from './upstream-truth.ts';

const key = 'client-key-of-the-lab';
let served: Served;
beforeAll(async () => {
  served = await serve({ keys: [key] });
});
afterAll(() => served.close());

let requestCount = 0;

/** What a surface's user sees of a good answer, and what the provider sent. */
async function look({ read }: Surface, model: string, words: string, tools = false) {
  const said = `${words} (${++requestCount})`;
  const seen = nothingSeen();
  await read({ origin: served.url, key, model, said, tools }, seen);
  expect(seen.error).toBeUndefined();
  return { said, seen, truth: await upstreamTruth(served.emulator, callWith(served.emulator, said)) };
}

function expectUsage({ usage }: Seen, { input, output }: { input?: number; output?: number }): void {
  expect(usage).toEqual({ input, output });
}

const all = [...surfaces, ...silentSurfaces.filter(({ way }) => way.includes('textStream'))];

describe.each(all.map((surface) => ({ surface, name: `${surface.package} ${surface.way}` })))('$name', ({ surface }) => {
  const silent = silentSurfaces.includes(surface);
  const textAlone = silent || surface.textAlone;

  describe.each(providers)('from %s', (provider) => {
    test('reads text, the finish and the usage as the provider sent them', async () => {
      const { said, seen, truth } = await look(surface, `${provider}/echo`, 'Grüße "東京" 🌍 [DONE]\n\tdata: \\u0041');
      expect(seen.text).toBe(said);
      expect(truth.text).toBe(said);
      if (silent) return;
      expect(['stop', 'end_turn', 'stop_sequence', 'completed']).toContain(seen.finished);
      if (!textAlone || seen.usage) expectUsage(seen, truth.usage);
    });

    test.skipIf(textAlone)('reads tool calls', async () => {
      const { seen, truth } = await look(surface, `${provider}/tools`, 'What is the weather in Paris, in fahrenheit?', true);
      expect(seen.text).toBe(truth.text);
      expect(truth.tools).toHaveLength(1);
      expect(seen.tools).toEqual(truth.tools.map(({ name, arguments: given }) => ({ name, arguments: given })));
      expect(seen.tools[0]?.arguments).toMatchObject({ unit: 'fahrenheit' });
      expect(['tool_calls', 'tool_use', 'tool-calls', 'completed']).toContain(seen.finished);
      expectUsage(seen, truth.usage);
    });

    test.skipIf(textAlone)('reads reasoning if it supports it, and the answer after it', async () => {
      const { seen, truth } = await look(surface, `${provider}/reasoning`, 'Why is the sky blue?');
      expect(seen.text).toBe(truth.text);
      expect(truth.reasoning).toMatch(/^The user writes about/);
      if (seen.reasoning !== undefined) expect(seen.reasoning).toBe(truth.reasoning);
      expectUsage(seen, truth.usage);
    });
  });
});
