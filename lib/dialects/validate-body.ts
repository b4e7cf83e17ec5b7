import * as v from 'valibot';
import { SluiceError } from '../stream/errors.ts';
import type { JsonObject } from '../stream/json.ts';

/** The maximum length of a quoted value. */
const maxQuoted = 80;

/**
 * The body as validated by its schema. Throws `invalid_request` with the first wrong field: `messages[0].role`. A
 * schema may have its own message ("must be a number from 0 to 2"). Otherwise the message has the expected type.
 */
export function validateBody<Schema extends v.GenericSchema>(schema: Schema, body: JsonObject): v.InferOutput<Schema> {
  const result = v.safeParse(schema, body, { abortEarly: true });
  if (result.success) return result.output;
  const { issue, field } = innermost(result.issues[0], '');
  if (issue.received === 'undefined') throw invalidField(field, 'is required');
  const received = issue.received.slice(0, maxQuoted);
  // A length check reports a length, which tells nothing about the value.
  const found = issue.type.endsWith('_length') ? '' : `, not ${received}`;
  const own = issue.message.startsWith('must ') ? issue.message + found : undefined;
  throw invalidField(field, own ?? `is invalid: expected ${issue.expected}, received ${received}`);
}

/**
 * An error for one field that was found without a schema: `invalidField('tools', 'must have at most 128 functions')`.
 */
export function invalidField(field: string, fault: string): SluiceError {
  return new SluiceError('invalid_request', `\`${field}\` ${fault}.`, { param: field });
}

/** The wrong field. A union only reports that nothing matches. The alternative that went deepest shows where. */
function innermost(issue: v.BaseIssue<unknown>, above: string): { issue: v.BaseIssue<unknown>; field: string } {
  const path = (issue.path ?? []).map(({ key }) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
  const field = above + (above === '' ? path.slice(1) : path);
  const deeper = issue.issues?.find((inner) => inner.path !== undefined);
  return deeper ? innermost(deeper, field) : { issue, field };
}
