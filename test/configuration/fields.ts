import * as v from 'valibot';
import { configSchema } from '../../lib/config/schema.ts';

/** One field of the configuration, as its schema has it. */
export interface Field {
  /** `models.<name>.targets[].timeouts.idle` */
  readonly path: string;
  /** What a value has to be, in the schema's own words. */
  readonly expected: string;
  /** As an operator would write it; `undefined` for none. */
  readonly default: unknown;
  readonly kind: 'object' | 'record' | 'list' | 'value';
  /** The values that are allowed, where they are few. */
  readonly values?: readonly unknown[];
}

/** What the walk reads of a valibot schema. */
interface Schema {
  readonly type: string;
  readonly pipe?: readonly unknown[];
  readonly wrapped?: Schema;
  readonly default?: unknown;
  readonly entries?: Readonly<Record<string, Schema>>;
  readonly value?: Schema;
  readonly item?: Schema;
  readonly options?: readonly unknown[];
  readonly getter?: (input: unknown) => Schema;
}

/** Every field of the configuration, in the order of the schema. */
export function configFields(): Field[] {
  return fieldsOf(configSchema as unknown as Schema, '').filter(({ path }) => path !== '');
}

function fieldsOf(schema: Schema, path: string, given?: unknown): Field[] {
  const inner = schema.type === 'optional' || schema.type === 'exact_optional' ? schema.wrapped : undefined;
  if (inner) return fieldsOf(inner, path, schema.default);
  const expected = expectation(schema);
  const shape = shapeOf(schema);
  const field = (kind: Field['kind']): Field => ({ path, expected, default: given, kind });
  const below = (name: string) => (path === '' ? name : `${path}.${name}`);
  const list = schema.type === 'lazy' ? schema.getter?.([]) : undefined;
  if (shape.entries) {
    // A list, or an object in its place.
    if (list?.pipe === undefined && list?.item) return [...fieldsOf(list, path, given), ...fieldsOf(shape, path).slice(1)];
    return [field('object'), ...Object.entries(shape.entries).flatMap(([name, member]) => fieldsOf(member, below(name)))];
  }
  if (shape.value) return [field('record'), ...nested(shape.value, below('<name>'))];
  if (shape.item) return [field('list'), ...nested(shape.item, `${path}[]`)];
  return [{ ...field('value'), ...(shape.options && { values: shape.options }) }];
}

/** The fields inside an element; a plain element is described by its list or record. */
function nested(schema: Schema, path: string): Field[] {
  const fields = fieldsOf(schema, path);
  return fields.length === 1 ? [] : fields.slice(1);
}

/** The part of a schema that has members: behind pipes and, of several alternatives, the object. */
function shapeOf(schema: Schema): Schema {
  if (schema.type === 'lazy' && schema.getter) return shapeOf(schema.getter({}));
  const inner = (schema.pipe ?? []).slice(1) as Schema[];
  const found = inner.find(({ type }) => ['strict_object', 'record', 'array', 'lazy'].includes(type));
  return found ? shapeOf(found) : schema;
}

function expectation(schema: Schema): string {
  // No JSON value is a symbol, so every schema reports what it expects instead.
  const result = v.safeParse(schema as unknown as v.GenericSchema, Symbol('none'));
  return (result.issues?.[0].message ?? '').replace(/\. [A-Z].*$/s, '');
}
