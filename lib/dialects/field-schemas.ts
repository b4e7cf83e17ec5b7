import * as v from 'valibot';

/* Types of values in requests of the OpenAI APIs. Each has its own error message. See validBody. */

export const text = v.string('must be a string');
export const flag = v.boolean('must be true or false');
export const object = v.looseObject({}, 'must be an object');

/** A number in this range, inclusive. */
export function numberFrom(min: number, max: number) {
  const expected = `must be a number from ${min} to ${max}`;
  return v.pipe(v.number(expected), v.minValue(min, expected), v.maxValue(max, expected));
}

/** An integer in this range, inclusive. The safe integers as bounds mean no bound. */
export function wholeNumber(min: number, max: number) {
  const range = max === Number.MAX_SAFE_INTEGER ? `of ${min} or more` : `from ${min} to ${max}`;
  const expected = min === Number.MIN_SAFE_INTEGER ? 'must be an integer' : `must be an integer ${range}`;
  return v.pipe(v.number(expected), v.integer(expected), v.minValue(min, expected), v.maxValue(max, expected));
}

/** One of these values. */
export function oneOf<const Values extends readonly string[]>(values: Values) {
  return v.picklist(values, `must be one of ${values.join(', ')}`);
}
