import * as v from 'valibot';
import { SluiceError } from '../stream/errors.ts';
import type { JsonObject } from '../stream/json.ts';

/** What is quoted of a value at fault. */
const maxQuoted = 80;

/** The body as its schema sees it. Throws `invalid_request` that names the first field at fault: `messages[0].role`. */
export function validBody<Schema extends v.GenericSchema>(schema: Schema, body: JsonObject): v.InferOutput<Schema> {
  const result = v.safeParse(schema, body, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  const param = (issue.path ?? [])
    .map(({ key }) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
    .slice(1);
  const received = issue.received.slice(0, maxQuoted);
  const what = issue.received === 'undefined' ? 'is required' : `is invalid: expected ${issue.expected}, received ${received}`;
  throw new SluiceError('invalid_request', `\`${param}\` ${what}.`, { param });
}
