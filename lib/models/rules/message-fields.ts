import { isObject, type Json, type JsonObject } from '../../stream/json.ts';
import type { Rule } from '../rule.ts';

/**
 * Fields of a client's own Messages body that this host doesn't have. A field that a beta stands for becomes the beta,
 * where the host knows it. The others are left out and listed.
 */
export const messageFields: Rule = (request, { requirements, sameDialect, drop }) => {
  const { fields = {}, refusesFields = [] } = requirements;
  if (!sameDialect) return request;
  const betas = new Set<string>();
  let body = request.body;
  for (const [field, beta] of Object.entries(fields)) {
    const cleaned = without(body, pathOf(field), '', () => betas.add(beta));
    if (isAsBeta.has(field)) body = cleaned;
  }
  for (const field of refusesFields) body = without(body, pathOf(field), '', drop);
  if (betas.size === 0) return body === request.body ? request : { ...request, body };
  const own = Array.isArray(body.anthropic_beta) ? body.anthropic_beta : [];
  return { ...request, body: { ...body, anthropic_beta: [...new Set([...own, ...betas])] } };
};

/** Fields that say no more than their beta does. */
const isAsBeta: ReadonlySet<string> = new Set(['tools[].eager_input_streaming']);

function pathOf(field: string): string[] {
  return field.split('.');
}

/** The object without the field at this path. The same object if it doesn't have it. `name[]` is every item of a list. */
function without(object: JsonObject, path: readonly string[], place: string, found: (field: string) => void): JsonObject {
  const [first = '', ...rest] = path;
  if (first === '**') return everywhere(object, rest, place, found);
  const name = first.replace('[]', '');
  const value = object[name];
  if (value === undefined) return object;
  const here = place === '' ? name : `${place}.${name}`;
  if (rest.length === 0) {
    found(here);
    return Object.fromEntries(Object.entries(object).filter(([member]) => member !== name));
  }
  const inner = (item: Json, at: string): Json => (isObject(item) ? without(item, rest, at, found) : item);
  const made = Array.isArray(value) ? value.map((item, index) => inner(item, `${here}[${index}]`)) : inner(value, here);
  const isSame =
    Array.isArray(value) && Array.isArray(made) ? value.every((item, index) => item === made[index]) : made === value;
  return isSame ? object : { ...object, [name]: made };
}

function everywhere(object: JsonObject, path: readonly string[], place: string, found: (field: string) => void): JsonObject {
  let made = without(object, path, place, found);
  for (const [name, value] of Object.entries(made)) {
    const here = place === '' ? name : `${place}.${name}`;
    const inner = (item: Json, at: string): Json => (isObject(item) ? everywhere(item, path, at, found) : item);
    if (Array.isArray(value)) {
      const items = value.map((item, index) => inner(item, `${here}[${index}]`));
      if (items.some((item, index) => item !== value[index])) made = { ...made, [name]: items };
    } else if (isObject(value)) {
      const item = inner(value, here);
      if (item !== value) made = { ...made, [name]: item };
    }
  }
  return made;
}
