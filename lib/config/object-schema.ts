import * as v from 'valibot';
import { isObject } from '../stream/json.ts';

/** The prefix of an expectation that lists the valid names, separated by commas. */
export const oneOf = 'one of ';

/**
 * An object with exactly these members. Not an array. The message for a missing member comes from the member's
 * schema. The message for an unknown name lists the valid names.
 */
export function members<const Entries extends v.ObjectEntries>(entries: Entries, expected = 'an object') {
  const schema = v.strictObject(entries, (issue) => {
    if (issue.expected === 'never') return oneOf + Object.keys(entries).join(', ');
    const missing = Object.entries(entries).find(([name]) => issue.expected === `"${name}"`);
    return (missing && v.safeParse(missing[1], undefined).issues?.[0].message) ?? expected;
  });
  return v.pipe(v.custom<v.InferInput<typeof schema>>(isObject, expected), schema);
}

/** An object with values by name. Not an array. */
export function named<const Name extends v.GenericSchema<string, string>, const Thing extends v.GenericSchema>(
  name: Name,
  thing: Thing,
  expected: string,
) {
  const schema = v.record(name, thing);
  return v.pipe(v.custom<v.InferInput<typeof schema>>(isObject, expected), schema);
}

/** One of these values. */
export function choice<const Values extends readonly (string | number)[]>(values: Values) {
  return v.picklist(values, oneOf + values.join(', '));
}
