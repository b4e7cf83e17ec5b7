import { Validator } from '@cfworker/json-schema';
import { describe, expect, test } from 'vitest';
import { checkConfig } from '../../lib/config/load-config.ts';
import { expectDocument } from '../support/document.ts';
import { descriptions } from './descriptions.ts';
import { configFields } from './fields.ts';
import { configurationSchema } from './json-schema.ts';
import { configurationPage } from './page.ts';

describe('the pages of the configuration', () => {
  test('describe every field of the schema and nothing else', () => {
    expect(Object.keys(descriptions).sort()).toEqual(
      configFields()
        .map(({ path }) => path)
        .sort(),
    );
  });

  test('are up to date', () => {
    expectDocument('docs/configuration.md', configurationPage());
    expectDocument('docs/sluice.schema.json', `${JSON.stringify(configurationSchema(), undefined, 2)}\n`);
  });

  test('give editors a JSON Schema that accepts what Sluice accepts and rejects a wrong value', () => {
    const validator = new Validator(configurationSchema() as ConstructorParameters<typeof Validator>[0]);
    const config = {
      providers: { lab: { kind: 'openai-compatible', baseUrl: 'http://127.0.0.1:9000/v1', key: { env: 'LAB_KEY' } } },
      models: { fast: 'lab/x', steady: { targets: ['lab/x', { target: 'lab/y' }], hedgeAfter: 'off', continue: 'text' } },
      stack: { cloudFront: true, memory: 256 },
    } as const;
    expect(() => checkConfig(config, 'c')).not.toThrow();
    expect(validator.validate(config).valid).toBe(true);
    expect(validator.validate({ limits: { store: 'redis' } }).valid).toBe(false);
  });
});
