import { isObject, type JsonObject, withoutNulls } from '../../stream/json.ts';
import type { ModelRequest } from '../../stream/request.ts';
import { validateBody } from '../validate-body.ts';
import { parseInput } from './parse-input.ts';
import { parseParameters } from './parse-parameters.ts';
import { responsesSchema } from './schema.ts';
import { refuseState } from './stateless.ts';
import { dialectName } from './wire.ts';

/**
 * Parses a Responses request. Throws `invalid_request`, where `param` is the path of the wrong field, and
 * `unsupported_parameter` for anything that needs an earlier response, because Sluice stores none.
 */
export function parse(input: JsonObject): ModelRequest {
  const body = withoutNulls(input);
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

/** True for a Responses body that was posted to chat completions. Cursor does so and expects chunks in return. */
export function isResponsesBody({ input, messages }: JsonObject): boolean {
  return messages === undefined && (typeof input === 'string' || Array.isArray(input));
}

/**
 * Such a request, whose answer is encoded as chat completions. `stream_options` has its chat meaning. `store` is only
 * a hint there.
 */
export function parseForChat({ stream_options: options, store: _, ...body }: JsonObject): ModelRequest {
  return { ...parse(body), showUsage: isObject(options) && options.include_usage === true };
}
