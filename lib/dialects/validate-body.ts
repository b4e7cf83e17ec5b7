import * as v from 'valibot';
import { SluiceError } from '../stream/errors.ts';
import type { JsonObject } from '../stream/json.ts';

/** What is quoted of a value at fault. */
const maxQuoted = 80;

/**
 * The body as its schema sees it. Throws `invalid_request` that names the first field at fault: `messages[0].role`. A
 * schema may say in its own sentence what to do ("must be a number from 0 to 2"), else what was expected is told.
 */
export function validateBody<Schema extends v.GenericSchema>(schema: Schema, body: JsonObject): v.InferOutput<Schema> {
  const result = v.safeParse(schema, body, { abortEarly: true });
  if (result.success) return result.output;
  const { issue, field } = innermost(result.issues[0], '');
  if (issue.received === 'undefined') throw invalidField(field, 'is required');
  const received = issue.received.slice(0, maxQuoted);
  // What a check of length received is a length, which says nothing of the value.
  const found = issue.type.endsWith('_length') ? '' : `, not ${received}`;
  const own = issue.message.startsWith('must ') ? issue.message + found : undefined;
  throw invalidField(field, own ?? `is invalid: expected ${issue.expected}, received ${received}`);
}

/** The fault of one field, found by other means than a schema: `invalidField('tools', 'must have at most 128 functions')`. */
export function invalidField(field: string, fault: string): SluiceError {
  return new SluiceError('invalid_request', `\`${field}\` ${fault}.`, { param: field });
}

/** The field at fault. A union says only that nothing fits; the alternative that got into the value says where not. */
function innermost(issue: v.BaseIssue<unknown>, above: string): { issue: v.BaseIssue<unknown>; field: string } {
  const path = (issue.path ?? []).map(({ key }) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
  const field = above + (above === '' ? path.slice(1) : path);
  const deeper = issue.issues?.find((inner) => inner.path !== undefined);
  return deeper ? innermost(deeper, field) : { issue, field };
}
