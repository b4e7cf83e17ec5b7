import { type ConversionConfig, toJsonSchema } from '@valibot/to-json-schema';
import type * as v from 'valibot';
import type { Alternative } from '../dialects/chosen-schema.ts';
import { isObject, type Json, type JsonObject } from '../stream/json.ts';

/** A request schema as JSON Schema 2020-12 without references. Throws for a schema that JSON Schema can't express. */
function jsonSchemaOf(schema: v.GenericSchema): JsonObject {
  const { $schema: _, $defs: definitions, ...converted } = toJsonSchema(schema, conversion) as unknown as JsonObject;
  return inlined(converted, isObject(definitions) ? definitions : {});
}

const conversion: ConversionConfig = {
  target: 'draft-2020-12',
  typeMode: 'input',
  errorMode: 'throw',
  overrideSchema({ valibotSchema }) {
    if (!('alternatives' in valibotSchema)) return undefined;
    const alternatives = valibotSchema.alternatives as readonly Alternative[];
    const converted = alternatives.map(({ schema, when }) =>
      when ? { allOf: [jsonSchemaOf(schema), when] } : jsonSchemaOf(schema),
    );
    return { anyOf: converted } as ReturnType<typeof toJsonSchema>;
  },
};

/** Inlines references. No schema here is recursive. */
function inlined(schema: JsonObject, definitions: JsonObject): JsonObject {
  const name = typeof schema.$ref === 'string' ? schema.$ref.replace('#/$defs/', '') : undefined;
  const meant = name === undefined ? undefined : definitions[name];
  if (isObject(meant)) return inlined(meant, definitions);
  return Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, inlinedValue(value, definitions)]));
}

function inlinedValue(value: Json | undefined, definitions: JsonObject): Json | undefined {
  if (Array.isArray(value)) return value.map((item) => inlinedValue(item, definitions) ?? null);
  return isObject(value) ? inlined(value, definitions) : value;
}

/** The schema of a request body, where a null member at the top level counts as missing. */
export function bodySchemaOf(
  schema: v.GenericSchema,
  quirks: { without?: readonly string[]; optional?: readonly string[] } = {},
) {
  const { without = [], optional = [] } = quirks;
  const { properties, required, ...rest } = jsonSchemaOf(schema);
  const needed = (Array.isArray(required) ? required : []).filter(
    (name) => typeof name === 'string' && !without.includes(name) && !optional.includes(name),
  );
  const members = Object.entries(isObject(properties) ? properties : {})
    .filter(([name]) => !without.includes(name))
    .map(([name, member]) => [name, needed.includes(name) ? member : orNull(member)]);
  return { ...rest, properties: Object.fromEntries(members), required: needed } satisfies JsonObject;
}

/** The schema or null, with null at most once. */
export function orNull(schema: Json | undefined): JsonObject {
  const alternatives = isObject(schema) && Array.isArray(schema.anyOf) ? schema.anyOf : [schema ?? {}];
  const allowsNull = alternatives.some((one) => isObject(one) && one.type === 'null');
  return { anyOf: allowsNull ? alternatives : [...alternatives, { type: 'null' }] };
}
