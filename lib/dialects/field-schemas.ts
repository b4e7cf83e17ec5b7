import * as v from 'valibot';

/* Kinds of values in the requests of OpenAI's APIs. Each says in its own words what the field must be: see validBody. */

export const text = v.string('must be text');
export const flag = v.boolean('must be true or false');
export const object = v.looseObject({}, 'must be an object');

/** A number in this range, its ends included. */
export function numberFrom(min: number, max: number) {
  const expected = `must be a number from ${min} to ${max}`;
  return v.pipe(v.number(expected), v.minValue(min, expected), v.maxValue(max, expected));
}

/** A whole number in this range, its ends included; the safe integers as ends mean none. */
export function wholeNumber(min: number, max: number) {
  const range = max === Number.MAX_SAFE_INTEGER ? `of ${min} or more` : `from ${min} to ${max}`;
  const expected = min === Number.MIN_SAFE_INTEGER ? 'must be a whole number' : `must be a whole number ${range}`;
  return v.pipe(v.number(expected), v.integer(expected), v.minValue(min, expected), v.maxValue(max, expected));
}

/** One of these words. */
export function oneOf<const Words extends readonly string[]>(words: Words) {
  return v.picklist(words, `must be one of ${words.join(', ')}`);
}
