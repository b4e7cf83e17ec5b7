import type { JsonObject } from '../../lib/stream/json.ts';
import { descriptions } from './descriptions.ts';
import { configFields, type Field } from './fields.ts';

/**
 * `docs/sluice.schema.json`: names, descriptions and defaults for editors. It accepts a little more than Sluice does,
 * since `npm run check:config` is the judge.
 */
export function configurationSchema(): JsonObject {
  const fields = configFields();
  const properties = childrenOf('', fields);
  return { $schema: 'https://json-schema.org/draft/2020-12/schema', title: 'Sluice', type: 'object', properties };
}

function childrenOf(path: string, fields: readonly Field[]): JsonObject {
  const prefix = path === '' ? '' : `${path}.`;
  const own = fields.filter((field) => field.path.startsWith(prefix) && /^[^.[\]]+$/.test(field.path.slice(prefix.length)));
  return Object.fromEntries(own.map((field) => [field.path.slice(prefix.length), schemaOf(field, fields)]));
}

function schemaOf(field: Field, fields: readonly Field[]): JsonObject {
  const { path, kind, default: value, values } = field;
  const description = descriptions[path]?.about ?? '';
  const common = { description, ...(value !== undefined && { default: value as JsonObject }) };
  const object = (at: string) => ({ properties: childrenOf(at, fields) });
  switch (kind) {
    case 'object':
      return { ...common, ...object(path) };
    case 'record':
      return { ...common, type: 'object', additionalProperties: object(`${path}.<name>`) };
    case 'list':
      return {
        ...common,
        ...(Object.keys(childrenOf(path, fields)).length > 0
          ? { type: ['array', 'object'], ...object(path) }
          : { type: 'array' }),
        items: object(`${path}[]`),
      };
    case 'value':
      return { ...common, ...(values?.every((one) => typeof one !== 'object') && { enum: [...values] as string[] }) };
  }
}
