import { type JsonObject, withoutNulls } from '../../stream/json.ts';
import type { ModelRequest } from '../../stream/request.ts';
import { validateBody } from '../validate-body.ts';
import { requireOneBound } from './one-bound.ts';
import { messagesOf } from './parse-messages.ts';
import { readParameters } from './parse-parameters.ts';
import { requestSchema } from './schema.ts';
import { dialectName } from './wire.ts';

/**
 * Parses a Converse request. `model` and `stream` were added from its URL. Throws `invalid_request` for requests that
 * Bedrock itself would reject at once.
 */
export function parse(input: JsonObject): ModelRequest {
  const { model, stream } = validateBody(requestSchema, withoutNulls(input));
  const { model: _model, stream: _stream, ...body } = withoutNulls(input);
  requireOneBound(body);
  return {
    dialect: dialectName,
    body,
    model,
    stream,
    messages: messagesOf(body),
    ...readParameters(body),
    showUsage: true,
  };
}
