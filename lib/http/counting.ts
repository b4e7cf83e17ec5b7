import type { ClientDialect } from '../dialects/dialect.ts';
import type { Sluice } from '../sluice.ts';
import { asking } from './asking.ts';

/**
 * The handler of `/v1/messages/count_tokens`. Its body is a request without a bound, which the dialect wants: one is
 * put in and not sent on.
 */
export function countingTokens(sluice: Sluice, clientOf: (request: Request) => ClientDialect, forward: readonly string[]) {
  const body = (given: object) => ({ max_tokens: 1, ...given });
  return asking(sluice, clientOf, { forward, body, wanted: 'count' }, async ({ question, exchange }) =>
    exchange.json({ input_tokens: await sluice.gateway.countTokens(question) }),
  );
}
