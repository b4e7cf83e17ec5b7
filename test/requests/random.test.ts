import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { covered, extent } from '../support/extent.ts';
import { randomFrom } from '../support/random.ts';
import { judge } from './judge.ts';
import { openStrictLab, type StrictLab } from './strict-lab.ts';
import { isAccepted } from './talks/own-provider.ts';
import { randomTalk } from './talks/random-talk.ts';
import { targets } from './talks/targets.ts';
import { type TalkerName, talkerNames, talkers } from './talks/write.ts';

let lab: StrictLab;
beforeAll(async () => {
  lab = await openStrictLab();
});
afterAll(() => lab.close());

/** Thousands of requests in the long suite. */
const timeoutMs = extent({ full: 1_200_000, reduced: 120_000 });

const perTarget = extent({ full: 100, reduced: 3 });

describe('a random conversation that its own provider accepts', () => {
  it.each(talkerNames)(
    'from a %s client is refused by no provider',
    async (client: TalkerName) => {
      const random = randomFrom(client);
      const faults: unknown[] = [];
      let asked = 0;
      for (const model of targets) {
        for (let made = 0; made < perTarget; ) {
          const body = talkers[client](randomTalk(random));
          if (!body || !isAccepted(client, body)) continue;
          made++;
          asked++;
          const verdict = await judge(lab, { client, model, body }, random() < 0.5);
          if (verdict.is === 'fault') faults.push({ model, what: verdict.what, body: JSON.stringify(body) });
        }
      }
      covered(`${asked} random conversations from a ${client} client at ${targets.length} models`);
      expect(faults).toEqual([]);
    },
    timeoutMs,
  );
});
