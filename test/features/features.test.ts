import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectDocument } from '../support/document.ts';
import { type Cell, tryFeature } from './cell.ts';
import { type FeatureClient, featureClients, features } from './clients.ts';
import { type AskedProvider, askedProviders, type Lab, openLab } from './lab.ts';
import { featurePage } from './page.ts';

/**
 * What is lost without a word to the client, and why. Whatever else is lost fails the tests, as does a line of this list
 * that is no longer true.
 */
const known: readonly { client: RegExp; provider: RegExp; feature: (typeof features)[number]; reason: string }[] = [];

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
});
afterAll(() => lab.close());

const cells = new Map<string, Cell>();
const keyOf = (client: FeatureClient, provider: AskedProvider, feature: string) => [client.name, provider.name, feature].join();

describe.each(featureClients.map((client) => ({ name: client.name, client })))('a client of $name', ({ client }) => {
  test.each(askedProviders.map((provider) => ({ name: provider.name, provider })))(
    'carries, rejects or lists every feature: $name',
    async ({ provider }) => {
      for (const feature of features) {
        const cell = await tryFeature(lab, client, provider, feature);
        cells.set(keyOf(client, provider, feature), cell);
        const excused = known.some(
          (one) => one.feature === feature && one.client.test(client.name) && one.provider.test(provider.name),
        );
        if (excused) expect(cell.is, `${feature} is no longer lost. Remove it from the list`).toBe('lost');
        else expect(cell.is === 'lost' ? cell.what : '', feature).toBe('');
      }
    },
  );
});

test('the features page is up to date', () => {
  // Some tests were left out of this run.
  if (cells.size < featureClients.length * askedProviders.length * features.length) return;
  const look = (client: FeatureClient, provider: AskedProvider) =>
    features.map((feature) => cells.get(keyOf(client, provider, feature)) ?? { is: 'unsayable' as const });
  const rows = featureClients.map((client) => ({
    client,
    providers: askedProviders.map((provider) => ({ provider, cells: look(client, provider) })),
  }));
  expectDocument('docs/features.md', featurePage({ features, rows, known: known.map(({ reason }) => reason) }));
});
