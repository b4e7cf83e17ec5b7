import { afterAll, describe, expect, test, vi } from 'vitest';
import type { Client } from '../support/clients.ts';
import { pairs } from '../support/pairs.ts';
import { spokenKinds } from '../support/provider-streams/all.ts';
import type { ProviderStream } from '../support/provider-streams/provider-stream.ts';
import { type Scenario, scenarios } from './scenarios.ts';
import { answer, type Called, policies, startWall } from './wall.ts';

// Most of a scenario is waiting until the sockets are quiet.
vi.setConfig({ maxConcurrency: 16 });

/** The checks that this scenario fails; none is a pass. */
async function failed(
  scenario: Scenario,
  policy: keyof typeof policies,
  [primary, fallback]: readonly [ProviderStream, ProviderStream],
  client: Client,
): Promise<string[]> {
  const wall = await startWall({ ...scenario, policy: policies[policy], primary, fallback });
  try {
    const { count = 1, everyMs = 0 } = scenario.sequence ?? {};
    const all: Called[] = [];
    for (let request = 0; request < count; request++) {
      await wall.clock.advance(Math.max(0, request * everyMs - wall.clock.now()));
      all.push(await wall.call(client));
    }
    const isError = scenario.ideal === 'error' || (scenario.breaksOff && policy === 'defaults');
    const ideal = (called: Called) =>
      isError ? called.outcome === 'error' : called.outcome === 'success' && called.text === answer;
    const [called] = all;
    if (!called) return ['nothing was called'];
    const broken = Object.entries(scenario.checks).flatMap(([name, holds]) => (holds({ wall, called }) ? [] : [name]));
    const alive = await wall.call(client, 'healthy');
    return [
      ...broken,
      ...all.flatMap((each, at) =>
        ideal(each) ? [] : [`call ${at}: ${each.outcome} ${each.error} ${JSON.stringify(each.text)}`],
      ),
      ...(alive.text === answer ? [] : ['a healthy call after it']),
      ...(wall.clock.watchers === 0 ? [] : ['nothing is left that watches the clock']),
    ];
  } finally {
    await wall.close();
  }
}

describe.each(Object.keys(policies) as (keyof typeof policies)[])('failover to a second target, %s', (policy) => {
  for (const { providerStream: primary, client } of pairs()) {
    // The fallback is of another kind.
    const fallback = spokenKinds[(spokenKinds.indexOf(primary) + 1) % spokenKinds.length] ?? primary;
    describe(`${primary.name}, then ${fallback.name}, for ${client.dialect}`, () => {
      let passed = 0;
      afterAll(() => {
        console.log(
          `failover scenarios, ${policy}: ${passed} of ${scenarios.length} pass (${primary.name}, then ${fallback.name}, for ${client.dialect})`,
        );
      });
      for (const scenario of scenarios) {
        test.concurrent(`${scenario.name} (${scenario.id})`, async () => {
          expect(await failed(scenario, policy, [primary, fallback], client)).toEqual([]);
          passed++;
        });
      }
    });
  }
});
