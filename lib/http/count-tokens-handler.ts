import type { Sluice } from '../app/sluice.ts';
import type { ClientDialect } from '../dialects/dialect.ts';
import { isObject, type JsonObject } from '../stream/json.ts';
import { asking } from './prepare-request.ts';

/**
 * The handler of `/v1/messages/count_tokens`. Its body is a request without a bound, which the dialect wants: one is
 * put in, above what the model may think with, since every API wants that.
 */
export function countTokensHandler(sluice: Sluice, clientOf: (request: Request) => ClientDialect, forward: readonly string[]) {
  const body = (given: JsonObject) => {
    const budget = isObject(given.thinking) ? given.thinking.budget_tokens : undefined;
    return { max_tokens: typeof budget === 'number' ? budget + 1 : 1, ...given };
  };
  return asking(sluice, clientOf, { forward, body, limitScope: 'count' }, async ({ gatewayRequest, exchange }) =>
    exchange.json({ input_tokens: await sluice.gateway.countTokens(gatewayRequest) }),
  );
}
