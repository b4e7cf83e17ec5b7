import * as v from 'valibot';
import { isObject, type JsonObject } from '../stream/json.ts';

/*
 * Schemas that look at the value first and then hold it to the one alternative that it means to be, so that a fault is
 * found at its own path, which a union would hide. What they choose between is there to be read: it is published.
 */

export type ChosenSchema = v.LazySchema<v.GenericSchema> & { readonly alternatives: readonly Alternative[] };

export interface Alternative {
  readonly schema: v.GenericSchema;
  /** When it is chosen, as a JSON Schema; always, where it is left out. */
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

/** The schema that an object's `type` names; `others` for types that are unknown here, `untyped` where there is none. */
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

/** One schema for objects that have this member, another for those that have not. */
export function byMember(name: string, present: v.GenericSchema, absent: v.GenericSchema): ChosenSchema {
  return chosen(
    (input) => (isObject(input) && name in input ? present : absent),
    [
      { schema: present, when: { required: [name] } },
      { schema: absent, when: { not: { required: [name] } } },
    ],
  );
}
