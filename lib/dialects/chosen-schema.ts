import * as v from 'valibot';
import { isObject, type JsonObject } from '../stream/json.ts';

/*
 * Schemas that look at the value first and then validate it against the one alternative that it is meant to be. A
 * union would hide the path of an error. The alternatives are readable because the OpenAPI document lists them.
 */

export type ChosenSchema = v.LazySchema<v.GenericSchema> & { readonly alternatives: readonly Alternative[] };

export interface Alternative {
  readonly schema: v.GenericSchema;
  /** The JSON Schema of the values that choose this alternative. Missing if it is always chosen. */
  readonly when?: JsonObject;
}

function chosen(choose: (input: unknown) => v.GenericSchema, alternatives: readonly Alternative[]): ChosenSchema {
  return Object.assign(v.lazy(choose), { alternatives });
}

/** Text or a list. */
export function textOr(list: v.GenericSchema): ChosenSchema {
  return chosen(
    (input) => (typeof input === 'string' ? v.string() : list),
    [{ schema: v.string() }, { schema: list, when: { type: 'array' } }],
  );
}

/** The schema that an object's `type` selects. `others` is for unknown types, `untyped` for objects without one. */
export function byType(
  schemas: Readonly<Record<string, v.GenericSchema>>,
  others: v.GenericSchema,
  untyped = others,
): ChosenSchema {
  const named = Object.entries(schemas).map(([type, schema]) => ({ schema, when: typed({ const: type }) }));
  return chosen(
    (input) => {
      const type = isObject(input) ? input.type : undefined;
      if (type === undefined || type === null) return untyped;
      return (typeof type === 'string' && Object.hasOwn(schemas, type) && schemas[type]) || others;
    },
    [
      ...named,
      { schema: others, when: typed({ not: { enum: [...Object.keys(schemas), null] } }) },
      { schema: untyped, when: { properties: { type: { type: 'null' } } } },
    ],
  );
}

function typed(type: JsonObject): JsonObject {
  return { required: ['type'], properties: { type } };
}

/** One schema for objects with this member, another for the rest. */
export function byMember(name: string, present: v.GenericSchema, absent: v.GenericSchema): ChosenSchema {
  return chosen(
    (input) => (isObject(input) && name in input ? present : absent),
    [
      { schema: present, when: { required: [name] } },
      { schema: absent, when: { not: { required: [name] } } },
    ],
  );
}
