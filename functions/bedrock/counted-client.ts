import { bedrockConverse } from '../../lib/dialects/bedrock-converse/client.ts';
import { bedrockInvoke } from '../../lib/dialects/bedrock-invoke/client.ts';
import type { ClientDialect } from '../../lib/dialects/dialect.ts';
import { invalidField } from '../../lib/dialects/validate-body.ts';
import { withMaxTokens } from '../../lib/http/count-tokens-handler.ts';
import { isObject, type JsonObject, parseJsonObject } from '../../lib/stream/json.ts';
import type { ModelRequest } from '../../lib/stream/request.ts';

/** Clients of CountTokens. `input` holds the request to count: a Converse body, or an InvokeModel body in base64. */
export const countedClient: ClientDialect = { ...bedrockConverse, parse };

function parse({ input, model }: JsonObject): ModelRequest {
  const { converse, invokeModel } = isObject(input) ? input : {};
  if (isObject(converse) && invokeModel === undefined)
    return bedrockConverse.parse({ ...converse, ...(model !== undefined && { model }), stream: false });
  if (!isObject(invokeModel) || converse !== undefined)
    throw invalidField('input', 'must have either `converse` or `invokeModel`');
  const { body: encoded } = invokeModel;
  const body = typeof encoded === 'string' ? parseJsonObject(Buffer.from(encoded, 'base64').toString()) : undefined;
  if (!body) throw invalidField('input.invokeModel.body', 'must be a JSON object in base64');
  return bedrockInvoke.parse({ ...withMaxTokens(body), ...(model !== undefined && { model }), stream: false });
}
