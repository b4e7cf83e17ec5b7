import { isObject, type Json, type JsonObject } from '../../stream/json.ts';
import { objectOf } from './words.ts';

/** A location in a schema, in OpenAI's format: `('properties', 'a')`. */
function context(path: readonly string[]): string {
  return `In context=(${path.map((name) => `'${name}'`).join(', ')}${path.length === 1 ? ',' : ''})`;
}

/** Every schema inside this one, including itself, with its path. */
function* schemas(schema: Json | undefined, path: readonly string[] = []): Generator<readonly [readonly string[], JsonObject]> {
  if (!isObject(schema)) return;
  yield [path, schema];
  for (const group of ['properties', '$defs', 'definitions']) {
    for (const [name, inner] of Object.entries(objectOf(schema[group]))) yield* schemas(inner, [...path, group, name]);
  }
  for (const group of ['anyOf', 'oneOf', 'allOf']) {
    const list = schema[group];
    if (Array.isArray(list)) for (const [index, inner] of list.entries()) yield* schemas(inner, [...path, group, String(index)]);
  }
  yield* schemas(schema.items, [...path, 'items']);
}

function isOf(schema: JsonObject, type: string): boolean {
  return schema.type === type || (Array.isArray(schema.type) && schema.type.includes(type));
}

/** OpenAI's objection to the parameters of a function. `undefined` if there is none. */
export function functionSchemaFault(schema: JsonObject): string | undefined {
  if (schema.type !== 'object') {
    return `schema must be a JSON Schema of 'type: "object"', got 'type: "${schema.type ?? 'None'}"'.`;
  }
  const top = ['oneOf', 'anyOf', 'allOf', 'enum', 'not'].find((name) => schema[name] !== undefined);
  if (top) return "schema must have type 'object' and not have 'oneOf'/'anyOf'/'allOf'/'enum'/'not' at the top level.";
  for (const [path, inner] of schemas(schema)) {
    if (inner.type === 'object' && path.length === 0 && !isObject(inner.properties)) {
      return `${context(path)}, object schema missing properties.`;
    }
    if (isOf(inner, 'array') && inner.items === undefined) return `${context(path)}, array schema missing items.`;
  }
  return undefined;
}

/** Keywords that OpenAI's strict subset doesn't support (see its guide to structured outputs). */
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

/** OpenAI's objection to a schema under `strict`. `undefined` if there is none. */
export function strictSchemaFault(schema: JsonObject): string | undefined {
  for (const [path, inner] of schemas(schema)) {
    const keyword = notStrict.find((name) => inner[name] !== undefined);
    if (keyword) return `${context(path)}, '${keyword}' is not permitted.`;
    if (!isOf(inner, 'object')) continue;
    if (inner.additionalProperties !== false) {
      return `${context(path)}, 'additionalProperties' is required to be supplied and to be false.`;
    }
    const required = Array.isArray(inner.required) ? inner.required : [];
    const missing = Object.keys(objectOf(inner.properties)).find((name) => !required.includes(name));
    if (missing !== undefined) {
      return `${context(path)}, 'required' is required to be supplied and to be an array including every key in properties. Missing '${missing}'.`;
    }
  }
  return undefined;
}

/** Keywords that Anthropic's structured outputs reject (listed in its guide). */
const notInFormat = [
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minLength',
  'maxLength',
  'maxItems',
];

/** Anthropic's objection to the schema of an output format. `undefined` if there is none. */
export function outputSchemaFault(schema: JsonObject): string | undefined {
  for (const [, inner] of schemas(schema)) {
    if (isOf(inner, 'object') && inner.additionalProperties !== false) {
      return "For 'object' type, 'additionalProperties' must be explicitly set to false";
    }
    const keyword = notInFormat.find((name) => inner[name] !== undefined);
    if (keyword) return `For '${inner.type}' type, property '${keyword}' is not supported`;
  }
  return undefined;
}

/** The keywords of Gemini's own Schema message. Any other is an unknown field in `parameters` and `responseSchema`. */
const geminiKeywords = new Set(
  `type format title description nullable enum items maxItems minItems properties required minProperties maxProperties
  minLength maxLength pattern example anyOf propertyOrdering default minimum maximum`.split(/\s+/),
);

/**
 * Gemini's objection to a schema in its own format. `undefined` if there is none. `path` is the field that holds it.
 */
export function geminiSchemaFault(schema: JsonObject, path: string): string | undefined {
  for (const [at, inner] of schemas(schema)) {
    const unknown = Object.keys(inner).find((name) => !geminiKeywords.has(name));
    const where = [path, ...at].join('.');
    if (unknown) return `Invalid JSON payload received. Unknown name "${unknown}" at '${where}': Cannot find field.`;
    if (Array.isArray(inner.type))
      return `Invalid JSON payload received. Unknown name "type" at '${where}': Proto field is not repeating, cannot start list.`;
    const type = String(inner.type).toLowerCase();
    if (type === 'object' && Object.keys(objectOf(inner.properties)).length === 0 && at.length > 0) {
      return `* GenerateContentRequest.${where}.properties: should be non-empty for OBJECT type\n`;
    }
    if (type === 'array' && inner.items === undefined) return `* GenerateContentRequest.${where}.items: missing field.\n`;
    if (Array.isArray(inner.enum) && type !== 'string')
      return `* GenerateContentRequest.${where}.enum: only allowed for STRING type\n`;
  }
  return undefined;
}
