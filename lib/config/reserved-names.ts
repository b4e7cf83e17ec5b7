import { isObject } from '../stream/json.ts';
import type { ConfigDiagnostic } from './diagnostic.ts';

/** Names that the schema's records leave out without a word, because every object in JavaScript has them. */
const reserved: ReadonlySet<string> = new Set(['constructor', 'prototype', '__proto__']);

/** One diagnostic for each provider, model or price that has a reserved name. */
export function reservedNames(value: unknown): ConfigDiagnostic[] {
  if (!isObject(value)) return [];
  const prices = isObject(value.prices) ? value.prices.usdPerMillion : undefined;
  const records = [
    { path: ['providers'], record: value.providers },
    { path: ['models'], record: value.models },
    { path: ['prices', 'usdPerMillion'], record: prices },
  ];
  return records.flatMap(({ path, record }) =>
    Object.keys(isObject(record) ? record : {})
      .filter((name) => reserved.has(name))
      .map((name) => ({ path: [...path, name], expected: 'another name', found: 'a reserved one', fix: 'Rename it.' })),
  );
}
