import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { covered, extent, isFull } from '../support/extent.ts';
import { judge } from './judge.ts';
import { openStrictLab, type StrictLab } from './strict-lab.ts';
import { isAccepted } from './talks/own-provider.ts';
import { situations } from './talks/situations.ts';
import { targets } from './talks/targets.ts';
import { talkerNames, talkers } from './talks/write.ts';

let lab: StrictLab;
beforeAll(async () => {
  lab = await openStrictLab();
});
afterAll(() => lab.close());

/** Hundreds of requests for each model. */
const timeoutMs = extent({ full: 300_000, reduced: 60_000 });

/** Every situation that a client's own provider accepts, in that client's words. */
const siblings = situations.flatMap(({ name, talk }) =>
  talkerNames.flatMap((client) => {
    const body = talkers[client](talk);
    return body && isAccepted(client, body) ? [{ name, client, body }] : [];
  }),
);

describe('every request that its own provider accepts', () => {
  it.each(targets)(
    'is answered by %s, or refused by a documented rule',
    async (model) => {
      const faults: string[] = [];
      const place = targets.indexOf(model);
      for (const [index, { name, client, body }] of siblings.entries()) {
        // Every fifth of them, and others for the next model.
        if (!isFull && (index + place) % 5 !== 0) continue;
        for (const stream of isFull ? [true, false] : [index % 2 === 0]) {
          const verdict = await judge(lab, { client, model, body }, stream);
          if (verdict.is === 'fault') faults.push(`${client} ${name}: ${verdict.what}`);
        }
      }
      expect(faults).toEqual([]);
    },
    timeoutMs,
  );

  it('says what was covered', () => {
    covered(
      `${isFull ? '' : 'a fifth of '}${siblings.length} requests at ${targets.length} models${isFull ? ', streamed and whole' : ''}`,
    );
    expect(siblings.length).toBeGreaterThan(200);
  });
});
