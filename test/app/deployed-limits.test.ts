import { afterAll, beforeAll, expect, test } from 'vitest';
import { openaiApp } from '../../functions/openai/app.ts';
import { keyItem } from '../../lib/access/key-item.ts';
import { keyDigest } from '../../lib/access/keys.ts';
import { deployedSluice } from '../../lib/app/deployed-sluice.ts';
import { dynamodbCalls } from '../../lib/aws/dynamodb.ts';
import { type LimitsTable, limitsTable } from '../support/limits-table.ts';

const key = 'key-of-a-deployment';
const config = {
  providers: { lab: { kind: 'openai-compatible' as const, baseUrl: 'http://127.0.0.1:9/v1' } },
  retries: 0,
  keys: [{ id: 'app', sha256: keyDigest(key), limits: { requestsPerMinute: 1_000_000 } }],
  limits: { store: 'dynamodb' as const },
};

let table: LimitsTable;
beforeAll(async () => {
  table = await limitsTable();
});
afterAll(() => table.close());

const ask = (environment: Readonly<Record<string, string>>) =>
  openaiApp(deployedSluice({ config, environment, log: () => {} })).request('http://127.0.0.1/v1/chat/completions', {
    method: 'POST',
    headers: { authorization: `Bearer ${key}` },
    body: JSON.stringify({ model: 'lab/model', messages: [{ role: 'user', content: 'Hello' }] }),
  });
const left = (answer: Response) => Number(answer.headers.get('x-ratelimit-remaining-requests'));

test('every environment of a deployment counts in the table from its variable', async () => {
  const first = left(await ask(table.environment));
  const then = left(await ask(table.environment));
  // Unless a minute has ended in between.
  expect([first - 1, first]).toContain(then);
  expect(first).toBe(999_999);
});

test('keys come only from the table if the configuration says so', async () => {
  const inTable = 'key-in-the-table';
  await dynamodbCalls(table.settings())('PutItem', { Item: keyItem({ id: 'app', sha256: keyDigest(inTable), models: ['*'] }) });
  const models = (bearer: string, environment = table.environment) =>
    openaiApp(deployedSluice({ config: { ...config, keys: { store: 'dynamodb' } }, environment, log: () => {} })).request(
      'http://127.0.0.1/v1/models',
      { headers: { authorization: `Bearer ${bearer}` } },
    );
  expect((await models(inTable)).status).toBe(200);
  expect((await models(key)).status).toBe(401);
  const gone = await models(inTable, { ...table.environment, SLUICE_TABLE: 'another' });
  expect([gone.status, gone.headers.get('retry-after')]).toEqual([503, '1']);
  expect(await gone.json()).toMatchObject({ error: { code: 'keys_unavailable' } });
});

test('a deployment without its table doesn’t start, and one with a failing table rejects every key with a limit', async () => {
  const { SLUICE_TABLE: _, ...without } = table.environment;
  await expect(async () => ask(without)).rejects.toThrow('environment: SLUICE_TABLE: expected the name of a DynamoDB table');
  const gone = await ask({ ...table.environment, SLUICE_TABLE: 'another' });
  expect(gone.status).toBe(503);
  expect(await gone.json()).toMatchObject({ error: { code: 'limits_unavailable' } });
});
