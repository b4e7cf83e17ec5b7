import { type JsonObject, withoutNulls } from '../../stream/json.ts';
import type { ModelRequest } from '../../stream/request.ts';
import { refuseStreamedChecks } from '../openai/prediction-guard-checks.ts';
import { validateBody } from '../validate-body.ts';
import { parseMessages } from './parse-messages.ts';
import { parseParameters } from './parse-parameters.ts';
import { chatSchema } from './schema.ts';
import { dialectName } from './wire.ts';

/** Parses a chat completion request. Throws `invalid_request`. `param` is the path of the wrong field. */
export function parse(input: JsonObject): ModelRequest {
  const body = withoutNulls(input);
  const checked = validateBody(chatSchema, body);
  refuseStreamedChecks(checked);
  return {
    dialect: dialectName,
    body,
    model: checked.model,
    stream: checked.stream ?? false,
    messages: parseMessages(checked.messages),
    ...parseParameters(checked),
    unknown: Object.keys(body).filter((name) => !Object.hasOwn(chatSchema.entries, name)),
    showUsage: checked.stream_options?.include_usage ?? false,
  };
}
