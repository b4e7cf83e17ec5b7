import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { limitsTableActions } from '../../infra/limits-table.ts';

test('the functions may do with the table of limits what they do, and nothing else', () => {
  const store = readFileSync('lib/access/limits/dynamodb-store.ts', 'utf8');
  const operations = new Set([...store.matchAll(/\bcall\('(\w+)'/g)].map(([, operation]) => `dynamodb:${operation}`));
  expect(operations).toEqual(new Set(limitsTableActions));
});
