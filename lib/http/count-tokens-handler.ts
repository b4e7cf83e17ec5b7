import type { Sluice } from '../app/sluice.ts';
import type { ClientDialect } from '../dialects/dialect.ts';
import { isObject, type JsonObject } from '../stream/json.ts';
import { type PrepareOptions, prepareRequest, reserveLimits } from './prepare-request.ts';
import { withRequestContext } from './request-context.ts';

/** The handler of a route that counts the tokens of a prompt. `member` is the name of the count in the answer. */
export function countTokensHandler(
  sluice: Sluice,
  clientOf: (request: Request) => ClientDialect,
  member: 'input_tokens' | 'inputTokens',
  options: PrepareOptions,
) {
  return withRequestContext(sluice, clientOf, async (context, requestContext, client) => {
    const prepared = await prepareRequest(sluice, client, context, requestContext, options);
    const gatewayRequest = await reserveLimits(sluice, prepared, context.env, requestContext, 'count');
    return requestContext.json({ [member]: await sluice.gateway.countTokens(gatewayRequest) });
  });
}

/** Counting requests have no `max_tokens`, which Messages requires. Any value above the thinking budget works. */
export function withMaxTokens(body: JsonObject): JsonObject {
  const budget = isObject(body.thinking) ? body.thinking.budget_tokens : undefined;
  return { max_tokens: typeof budget === 'number' ? budget + 1 : 1, ...body };
}
