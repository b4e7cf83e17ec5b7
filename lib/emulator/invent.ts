import { isObject, type Json, type JsonObject } from '../stream/json.ts';

/** The inputs for invented values. */
export interface Material {
  /** The content of strings. */
  readonly topic: string;
  /** The prompt, which is searched for names of an enum. */
  readonly text: string;
  /** The numbers in the prompt, in order. Each is used once. */
  readonly numbers: number[];
}

/** Deeper than any real schema. A recursive one stops here. */
const maxDepth = 12;
const maxItems = 8;

/** A value that a JSON schema allows. Supports only simple schemas, without patterns and combinations. */
export function invent(schema: Json | undefined, material: Material): Json {
  const root = isObject(schema) ? schema : {};
  return value(root, material, root, 0);
}

function value(schema: JsonObject, material: Material, root: JsonObject, depth: number): Json {
  if (schema.const !== undefined) return schema.const;
  if (Array.isArray(schema.enum) && schema.enum.length > 0) return chosen(schema.enum, material);
  if (depth > maxDepth) return null;
  const other = alternative(schema, root);
  if (other) return value(other, material, root, depth + 1);
  const type = Array.isArray(schema.type) ? schema.type.find((name) => name !== 'null') : schema.type;
  const make = typeof type === 'string' && Object.hasOwn(makers, type) ? makers[type] : undefined;
  if (make) return make(schema, material, root, depth);
  return isObject(schema.properties) ? object(schema, material, root, depth) : material.topic;
}

type Maker = (schema: JsonObject, material: Material, root: JsonObject, depth: number) => Json;

const makers: Record<string, Maker> = {
  string: (schema, { topic }) => string(schema, topic),
  integer: (schema, { numbers }) => Math.round(number(schema, numbers)),
  number: (schema, { numbers }) => number(schema, numbers),
  boolean: () => true,
  null: () => null,
  array: (schema, material, root, depth) => {
    const items = isObject(schema.items) ? schema.items : { type: 'string' };
    const least = typeof schema.minItems === 'number' ? schema.minItems : 1;
    const length = Math.min(Math.max(least, 1), maxItems);
    return Array.from({ length }, () => value(items, material, root, depth + 1));
  },
  object,
};

function object(schema: JsonObject, material: Material, root: JsonObject, depth: number): JsonObject {
  const properties = isObject(schema.properties) ? schema.properties : {};
  const required = Array.isArray(schema.required) ? schema.required : [];
  const names = required.length > 0 ? Object.keys(properties).filter((name) => required.includes(name)) : Object.keys(properties);
  const made = names.map((name): [string, Json] => {
    const property = properties[name];
    return [name, value(isObject(property) ? property : {}, material, root, depth + 1)];
  });
  return Object.fromEntries(made);
}

/** The schema to use instead of this one: the target of `$ref`, or the first alternative that is not null. */
function alternative(schema: JsonObject, root: JsonObject): JsonObject | undefined {
  if (typeof schema.$ref === 'string') return resolve(schema.$ref, root);
  const choices = [schema.anyOf, schema.oneOf, schema.allOf].find(Array.isArray) ?? [];
  return choices.filter(isObject).find((choice) => choice.type !== 'null');
}

function resolve(reference: string, root: JsonObject): JsonObject {
  const found = reference
    .split('/')
    .slice(1)
    .reduce<Json | undefined>((at, name) => (isObject(at) && Object.hasOwn(at, name) ? at[name] : undefined), root);
  return isObject(found) ? found : {};
}

function chosen(choices: Json[], { text }: Material): Json {
  const lowerText = text.toLowerCase();
  return choices.find((choice) => typeof choice === 'string' && lowerText.includes(choice.toLowerCase())) ?? choices[0] ?? null;
}

const formats: Record<string, string> = {
  date: '2026-01-31',
  'date-time': '2026-01-31T12:00:00Z',
  time: '12:00:00Z',
  email: 'someone@example.com',
  uri: 'https://example.com/',
  uuid: '00000000-0000-4000-8000-000000000000',
};

function string(schema: JsonObject, topic: string): string {
  const format = typeof schema.format === 'string' && Object.hasOwn(formats, schema.format) ? formats[schema.format] : undefined;
  const text = format ?? topic;
  return typeof schema.maxLength === 'number' ? text.slice(0, Math.max(0, schema.maxLength)) : text;
}

function number(schema: JsonObject, numbers: number[]): number {
  const least = typeof schema.minimum === 'number' ? schema.minimum : Number.NEGATIVE_INFINITY;
  const most = typeof schema.maximum === 'number' ? schema.maximum : Number.POSITIVE_INFINITY;
  return Math.max(least, Math.min(most, numbers.shift() ?? 1));
}
