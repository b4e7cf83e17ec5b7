import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectDocument } from '../support/document.ts';
import { type Served, serve } from '../support/serve.ts';
import { type Cell, type FaultyProviders, faultNames, faultyProviders, kinds, modelOf, saidBefore } from './faulty-providers.ts';
import { type Row, report } from './report.ts';
import { nothingSeen, packageOf, type Seen, type Surface } from './surface.ts';
import { silentSurfaces, surfaces } from './surfaces.ts';

const key = 'client-key-of-the-lab';
/** Twenty times what the slowest fault should take (the idle limit of 200 ms and a tick of the clock), for slow machines. */
const boundMs = 6_000;
/** How many are looked at at once; most of it is waiting. */
const lanes = 24;

/** Providers of OpenAI's Responses get Responses for clients of it, and chat completions for all others. */
function kindsFor({ route }: Surface): readonly string[] {
  return kinds.filter((kind) => kind !== 'responses' || route === '/v1/responses');
}

const [anyFault = ''] = faultNames;
const cells = surfaces.flatMap((surface) =>
  faultNames.flatMap((fault) => kindsFor(surface).map((kind) => ({ surface, fault, kind }))),
);
const silentCells = silentSurfaces.map((surface) => ({ surface, fault: anyFault, kind: 'chat' }));
const proofCell = { fault: anyFault, kind: 'chat' };
const allCells: readonly Cell[] = [...cells, ...silentCells, proofCell];

let faulty: FaultyProviders;
let served: Served;
/** What was seen in each cell, looked at beforehand. */
const looks = new Map<Cell, { seen: Seen; tookMs: number }>();

beforeAll(async () => {
  faulty = await faultyProviders(allCells);
  const { config, environment, onAnswer } = faulty;
  served = await serve({ config, environment, onAnswer, keys: [key] });
  const waiting = [...cells, ...silentCells];
  const lane = async () => {
    for (let cell = waiting.shift(); cell; cell = waiting.shift()) {
      const started = performance.now();
      const seen = await look(cell.surface, modelOf(allCells, cell));
      looks.set(cell, { seen, tookMs: performance.now() - started });
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}, 180_000);
afterAll(async () => {
  await served.close();
  await faulty.close();
});

/** What the user of this surface sees of a model that goes wrong; what is raised counts as shown. */
async function look({ read }: Surface, model: string): Promise<Seen> {
  const seen = nothingSeen();
  try {
    // One that never ends has shown nothing either.
    await Promise.race([read({ origin: served.url, key, model, said: 'Hello', tools: false }, seen), sleep(3 * boundMs)]);
  } catch (raised) {
    const { name, message } = raised as Error;
    seen.error = { how: `raises ${name === 'Error' ? (raised as Error).constructor.name : name}`, says: message };
  }
  return seen;
}

const rows = new Map<Surface, Row>();
function rowOf(surface: Surface): Row {
  const row = rows.get(surface) ?? { client: packageOf(surface.package), way: surface.way, route: surface.route, shown: {} };
  rows.set(surface, row);
  return row;
}

describe.each(surfaces.map((surface) => ({ surface, name: `${surface.package} ${surface.way}` })))('$name', ({ surface }) => {
  test.each(faultNames)('shows: %s', (fault) => {
    const ofFault = cells.filter((cell) => cell.surface === surface && cell.fault === fault);
    const hows = ofFault.map((cell) => {
      const { kind } = cell;
      const { seen, tookMs } = looks.get(cell) ?? { seen: nothingSeen(), tookMs: 0 };
      expect(seen.error, `${kind}: a silent end`).toBeDefined();
      expect(seen.error?.says, `${kind}: an error without a message`).not.toBe('');
      expect(
        ['stop', 'end_turn', 'completed', 'tool_calls', 'tool_use', 'tool-calls'],
        `${kind}: a finish that the provider did not send`,
      ).not.toContain(seen.finished);
      expect(`${saidBefore}${'.'.repeat(60)}`, `${kind}: text that the provider did not send`).toContain(seen.text);
      for (const { arguments: given } of seen.tools)
        expect(given, `${kind}: a complete call from a partial one`).toBeTypeOf('string');
      expect(tookMs, `${kind}: too late`).toBeLessThan(boundMs);
      return seen.error?.how ?? '';
    });
    rowOf(surface).shown[fault] = [...new Set(hows)].toSorted().join(', ');
  });
});

describe.each(silentCells.map((cell) => ({ cell, name: `${cell.surface.package} ${cell.surface.way}` })))('$name', ({ cell }) => {
  test("can't show an error: it receives our error and raises nothing", () => {
    const { seen } = looks.get(cell) ?? { seen: nothingSeen() };
    expect(seen.error).toBeUndefined();
    expect(seen.text).toBe(saidBefore);
    rowOf(cell.surface).shown.finish = seen.finished ? `finishReason "${seen.finished}"` : 'nothing';
  });
});

describe('the table of client surfaces', () => {
  test('has at least sixteen surfaces', () => {
    expect(surfaces.length).toBeGreaterThanOrEqual(16);
    expect(new Set(surfaces.map(({ package: name, way }) => `${name} ${way}`)).size).toBe(surfaces.length);
  });

  test('is up to date', async () => {
    const seen = surfaces.map(rowOf);
    // Some tests were not part of this run, or have failed and reported it.
    if (seen.some(({ shown }) => Object.keys(shown).length < faultNames.length)) return;
    const answer = await served.post(
      '/v1/chat/completions',
      { model: modelOf(allCells, proofCell), stream: true, messages: [{ role: 'user', content: 'Hello' }] },
      { authorization: `Bearer ${key}` },
    );
    const proof = (await answer.text()).split('\n\n').slice(-3).join('\n\n');
    const text = report({ faults: faultNames, kinds, rows: seen, silent: silentSurfaces.map(rowOf), proof });
    expectDocument('docs/client-surfaces.md', text);
  });
});
