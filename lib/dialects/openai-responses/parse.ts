import { isObject, type JsonObject, withoutNulls } from '../../stream/json.ts';
import type { ModelRequest } from '../../stream/request.ts';
import { validateBody } from '../validate-body.ts';
import { parseInput } from './parse-input.ts';
import { parseParameters } from './parse-parameters.ts';
import { responsesSchema } from './schema.ts';
import { refuseState } from './stateless.ts';
import { dialectName } from './wire.ts';

/**
 * A request to create a response. Throws `invalid_request` whose `param` is the path of the field at fault, and
 * `unsupported_parameter` for what needs an earlier call to be remembered: nothing is kept here.
 */
export function parse(given: JsonObject): ModelRequest {
  const body = withoutNulls(given);
  refuseState(body);
  const checked = validateBody(responsesSchema, body);
  return {
    dialect: dialectName,
    body,
    model: checked.model,
    stream: checked.stream ?? false,
    messages: parseInput(checked),
    ...parseParameters(checked),
    unknown: Object.keys(body).filter((name) => !Object.hasOwn(responsesSchema.entries, name)),
    showUsage: true,
  };
}

/** Is this body, posted to chat completions, one of this dialect? Cursor does so, and wants chunks for its answer. */
export function isResponsesBody({ input, messages }: JsonObject): boolean {
  return messages === undefined && (typeof input === 'string' || Array.isArray(input));
}

/**
 * Such a request, whose answer is to be encoded as chat completions. `stream_options` is theirs; `store` is only a hint
 * there.
 */
export function parseForChat({ stream_options: options, store: _, ...body }: JsonObject): ModelRequest {
  return { ...parse(body), showUsage: isObject(options) && options.include_usage === true };
}
