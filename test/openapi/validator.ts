import { Validator } from '@cfworker/json-schema';
import type { JsonObject } from '../../lib/stream/json.ts';

/** What is wrong with a value by a component of an OpenAPI document, as another implementation of JSON Schema sees it. */
export function faultsBy(document: JsonObject, component: string): (value: unknown) => string[] {
  const schema = { $ref: `#/components/schemas/${component}`, components: document.components };
  const validator = new Validator(schema as ConstructorParameters<typeof Validator>[0], '2020-12', false);
  return (value) => {
    const { valid, errors } = validator.validate(value);
    return valid ? [] : errors.map(({ instanceLocation, error }) => `${instanceLocation}: ${error}`);
  };
}
