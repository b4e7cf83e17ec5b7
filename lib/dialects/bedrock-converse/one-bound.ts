import { isObject, type Json, type JsonObject } from '../../stream/json.ts';
import { invalidField } from '../validate-body.ts';

/** How the families of models name the most tokens of an answer in bodies of their own. */
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
 * A body has one bound of its answer, `inferenceConfig.maxTokens`, which an operator's cap holds. Fields for the model
 * itself may not name another beside it. Throws `invalid_request` naming the field.
 */
export function requireOneBound({ additionalModelRequestFields: fields }: JsonObject): void {
  refuseBounds(fields, 'additionalModelRequestFields');
}

function refuseBounds(value: Json | undefined, path: string): void {
  if (!isObject(value)) return;
  for (const [name, member] of Object.entries(value)) {
    if (bounds.has(name)) throw invalidField(`${path}.${name}`, 'is said by `inferenceConfig.maxTokens` here');
    refuseBounds(member, `${path}.${name}`);
  }
}
