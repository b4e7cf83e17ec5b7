import type { Sluice } from '../app/sluice.ts';
import type { Durable } from './durable-answer.ts';
import type { AppContext } from './host.ts';
import type { PreparedRequest } from './prepare-request.ts';
import type { RequestContext } from './request-context.ts';

/**
 * `undefined` where durable streams are off, or where the request or its key wants nothing stored: then nothing of them
 * is loaded.
 */
export async function openDurable(
  sluice: Sluice,
  prepared: PreparedRequest,
  context: AppContext,
  requestContext: RequestContext,
): Promise<Durable | undefined> {
  if (!sluice.streams) return undefined;
  if (prepared.key.durability === 'none' || context.req.header('x-sluice-durability') === 'none') {
    requestContext.headers['x-sluice-durability'] = 'none';
    return undefined;
  }
  const { durableAnswer } = await import('./durable-answer.ts');
  return durableAnswer(await sluice.streams(), sluice, prepared, context, requestContext);
}
