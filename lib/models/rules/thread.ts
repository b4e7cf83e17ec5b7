import { SluiceError } from '../../stream/errors.ts';
import type { Rule } from '../rule.ts';

/**
 * Refuses Anthropic's `thread`, a conversation that the provider keeps, at every host but Anthropic. Later requests of a
 * thread have only the new turns, so that it can't be left out. Anthropic's SDKs recognise this code and continue with
 * whole conversations. Source: `ThreadState` of @anthropic-ai/sdk 1.12.0.
 */
export const thread: Rule = (request, { requirements, sameDialect }) => {
  const given = request.dialect === 'anthropic-messages' && (request.body.thread ?? undefined) !== undefined;
  if (!given || (sameDialect && !requirements.refusesFields?.includes('thread'))) return request;
  const message = '`thread` is not supported by the provider that serves this model. Send the whole conversation in `messages`.';
  const details = { error_code: 'thread_unsupported_request', unsupported: ['thread'] };
  throw new SluiceError('unsupported_parameter', message, { param: 'thread', details });
};
