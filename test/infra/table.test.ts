import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { tableActions, tableUses } from '../../infra/table.ts';
import { checkConfig } from '../../lib/config/load-config.ts';

const sources = {
  limits: 'lib/access/limits/dynamodb-store.ts',
  keys: 'lib/access/dynamodb-keys.ts',
  streams: 'lib/aws/dynamodb-table.ts',
};

describe('the permissions on the table', () => {
  for (const [use, file] of Object.entries(sources)) {
    test(`allow ${use} exactly the operations in its code`, () => {
      const operations = new Set(
        [...readFileSync(file, 'utf8').matchAll(/\b(?:call|conditionally)\('(\w+)'/g)].map(([, operation]) => operation),
      );
      expect(operations).toEqual(new Set(tableUses[use as keyof typeof tableUses].actions));
    });
  }

  test('are empty if the configuration needs no table', () => {
    expect(tableActions(checkConfig({}, 'test'))).toEqual([]);
    expect(tableActions(checkConfig({ keys: { store: 'dynamodb' } }, 'test'))).toEqual([
      'dynamodb:GetItem',
      'dynamodb:UpdateItem',
    ]);
  });
});
