import * as v from 'valibot';
import { isObject } from '../stream/json.ts';

/** How the expectation begins that lists the names there are; the rest are the names, with commas between them. */
export const oneOf = 'one of ';

/**
 * An object with these members and no others; an array is none. What is said of a member that is missing is what its
 * own schema would say, of a name that is unknown, which ones there are.
 */
export function members<const Entries extends v.ObjectEntries>(entries: Entries, expected = 'an object') {
  const schema = v.strictObject(entries, (issue) => {
    if (issue.expected === 'never') return oneOf + Object.keys(entries).join(', ');
    const missing = Object.entries(entries).find(([name]) => issue.expected === `"${name}"`);
    return (missing && v.safeParse(missing[1], undefined).issues?.[0].message) ?? expected;
  });
  return v.pipe(v.custom<v.InferInput<typeof schema>>(isObject, expected), schema);
}

/** An object of things by their names; an array is none. */
export function named<const Name extends v.GenericSchema<string, string>, const Thing extends v.GenericSchema>(
  name: Name,
  thing: Thing,
  expected: string,
) {
  const schema = v.record(name, thing);
  return v.pipe(v.custom<v.InferInput<typeof schema>>(isObject, expected), schema);
}

/** One of these words. */
export function word<const Words extends readonly (string | number)[]>(words: Words) {
  return v.picklist(words, oneOf + words.join(', '));
}
