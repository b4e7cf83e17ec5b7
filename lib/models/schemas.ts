import { isObject, type Json, type JsonObject } from '../stream/json.ts';
import type { ToolSchema } from './requirements.ts';

/** Places of a JSON schema that hold schemas by name, in a list, or one. */
const byName = ['properties', '$defs', 'definitions', 'patternProperties'];
const listed = ['anyOf', 'oneOf', 'allOf', 'prefixItems'];
const single = ['items', 'additionalProperties', 'not', 'if', 'then', 'else'];

/** The schema with every schema inside it replaced, innermost first. */
export function mapSchema(schema: JsonObject, replace: (schema: JsonObject) => JsonObject): JsonObject {
  const inner = (value: Json | undefined): Json => (isObject(value) ? mapSchema(value, replace) : (value ?? null));
  const members = Object.entries(schema).map(([name, value]): [string, Json | undefined] => {
    if (byName.includes(name) && isObject(value)) {
      return [name, Object.fromEntries(Object.entries(value).map(([key, each]) => [key, inner(each)]))];
    }
    if (listed.includes(name) && Array.isArray(value)) return [name, value.map(inner)];
    return single.includes(name) && isObject(value) ? [name, inner(value)] : [name, value];
  });
  return replace(Object.fromEntries(members));
}

export function isOfType({ type }: JsonObject, name: string): boolean {
  return type === name || (Array.isArray(type) && type.includes(name));
}

/** A tool's schema as the target takes it. Everything it doesn't accept is a restriction, so leaving it out allows more. */
export function toolSchemaFor(schema: JsonObject, rules: ToolSchema): JsonObject {
  let made: JsonObject = { type: 'object', ...schema };
  if (made.type !== 'object') made = { ...made, type: 'object' };
  if (rules.alternatives) made = merged(made);
  if (rules.properties && !isObject(made.properties)) made = { ...made, properties: {} };
  if (rules.items)
    made = mapSchema(made, (inner) => (isOfType(inner, 'array') && inner.items === undefined ? { ...inner, items: {} } : inner));
  const { keywords, propertyNames } = rules;
  if (propertyNames) made = withoutNames(made, propertyNames);
  if (keywords) made = Object.fromEntries(Object.entries(inlined(made)).filter(([name]) => keywords.includes(name)));
  return made;
}

/** The schema without optional properties whose names the target rejects. A required one stays, and the target reports it. */
function withoutNames(schema: JsonObject, allowed: RegExp): JsonObject {
  const properties = isObject(schema.properties) ? schema.properties : {};
  const required = names(schema.required);
  const kept = Object.entries(properties).filter(([name]) => allowed.test(name) || required.includes(name));
  return kept.length === Object.keys(properties).length ? schema : { ...schema, properties: Object.fromEntries(kept) };
}

/** Alternatives at the top as one object: all properties, of which those are required that every alternative requires. */
function merged(schema: JsonObject): JsonObject {
  const { anyOf, oneOf, allOf, ...own } = schema;
  if (anyOf === undefined && oneOf === undefined && allOf === undefined) return schema;
  const objects = (list: Json | undefined) =>
    Array.isArray(list) ? list.filter(isObject).map((each) => merged(referred(each, schema))) : [];
  const either = [...objects(anyOf), ...objects(oneOf)];
  const both = objects(allOf);
  const properties = Object.assign({}, ...[...either, ...both].map((each) => each.properties), own.properties);
  const required = new Set([...names(own.required), ...both.flatMap((each) => names(each.required)), ...inAll(either)]);
  return { ...own, properties, ...(required.size > 0 && { required: [...required] }) };
}

function inAll(alternatives: readonly JsonObject[]): string[] {
  const [first, ...others] = alternatives.map(({ required }) => names(required));
  return (first ?? []).filter((name) => others.every((list) => list.includes(name)));
}

function names(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.filter((name) => typeof name === 'string') : [];
}

/** The schema that a reference within the same document points to. */
function referred(schema: JsonObject, root: JsonObject): JsonObject {
  if (typeof schema.$ref !== 'string') return schema;
  const found = schema.$ref
    .replace(/^#\//, '')
    .split('/')
    .reduce<Json | undefined>((value, name) => (isObject(value) ? value[name] : undefined), root);
  return isObject(found) ? found : {};
}

/** How deep references may lead, where a schema refers to itself. */
const maxDepth = 4;

/** The schema with its references replaced by what they point to, for those who don't follow any. */
function inlined(schema: JsonObject, root = schema, depth = 0): JsonObject {
  return mapSchema(schema, (inner) => {
    if (typeof inner.$ref !== 'string') return inner;
    if (depth >= maxDepth) return {};
    const { $ref: _, ...beside } = inner;
    return { ...inlined(referred(inner, root), root, depth + 1), ...beside };
  });
}

/** The schema in OpenAI's strict subset, closed where that is all that it lacks; `undefined` where it can't be said there. */
export function strictSchema(schema: JsonObject): JsonObject | undefined {
  if (isStrictSubset(schema)) return schema;
  const closed = mapSchema(schema, (inner) =>
    isOfType(inner, 'object') && inner.additionalProperties === undefined ? { ...inner, additionalProperties: false } : inner,
  );
  return isStrictSubset(closed) ? closed : undefined;
}

/** Does this schema keep to OpenAI's strict subset: every object closed, every property required, no other keywords? */
function isStrictSubset(schema: JsonObject): boolean {
  let fits = isOfType(schema, 'object');
  mapSchema(schema, (inner) => {
    const isObjectType = isOfType(inner, 'object');
    const keys = isObject(inner.properties) ? Object.keys(inner.properties) : [];
    const required = names(inner.required);
    if (isObjectType && (inner.additionalProperties !== false || keys.some((key) => !required.includes(key)))) fits = false;
    if (notStrict.some((name) => inner[name] !== undefined)) fits = false;
    return inner;
  });
  return fits && !['anyOf', 'oneOf', 'allOf', 'enum', 'not'].some((name) => schema[name] !== undefined);
}

const notStrict = [
  'allOf',
  'oneOf',
  'not',
  'if',
  'then',
  'else',
  'dependentRequired',
  'dependentSchemas',
  'patternProperties',
  'default',
];

/** Keywords that Anthropic's structured output doesn't have. */
const notInOutput = [
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minLength',
  'maxLength',
  'maxItems',
];

/** An answer's schema as Claude takes it: every object closed, and no bounds, which move into the description. */
export function closedSchema(schema: JsonObject): JsonObject {
  return mapSchema(schema, (inner) => {
    const bounds = notInOutput.filter((name) => inner[name] !== undefined);
    const closed = isOfType(inner, 'object') || isObject(inner.properties) ? { ...inner, additionalProperties: false } : inner;
    if (bounds.length === 0) return closed;
    const told = bounds.map((name) => `${name}: ${JSON.stringify(inner[name])}`).join(', ');
    const rest = Object.fromEntries(Object.entries(closed).filter(([name]) => !bounds.includes(name)));
    return { ...rest, description: [inner.description, told].filter(Boolean).join('. ') };
  });
}
