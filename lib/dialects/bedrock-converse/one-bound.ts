import { isObject, type Json, type JsonObject } from '../../stream/json.ts';
import { invalidField } from '../validate-body.ts';

/** The names of the output limit in the families' own bodies. */
const bounds: ReadonlySet<string> = new Set([
  'max_tokens',
  'max_completion_tokens',
  'max_tokens_to_sample',
  'max_new_tokens',
  'max_gen_len',
  'maxTokens',
  'maxTokenCount',
]);

/**
 * A body has one output limit, `inferenceConfig.maxTokens`, which the operator's cap applies to. Model-specific
 * fields must not contain another. Throws `invalid_request` with the field name.
 */
export function requireOneBound({ additionalModelRequestFields: fields }: JsonObject): void {
  refuseBounds(fields, 'additionalModelRequestFields');
}

function refuseBounds(value: Json | undefined, path: string): void {
  if (!isObject(value)) return;
  for (const [name, member] of Object.entries(value)) {
    if (bounds.has(name)) throw invalidField(`${path}.${name}`, 'is not allowed here. Use `inferenceConfig.maxTokens`');
    refuseBounds(member, `${path}.${name}`);
  }
}
