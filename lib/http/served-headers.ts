import type { ClientDialect } from '../dialects/dialect.ts';
import { type AnswerState, type Attempt, droppedNames, servedAttempt } from '../gateway/answer-state.ts';
import type { Cost, Pricing } from '../gateway/pricing.ts';
import { redact } from '../redact/redact.ts';

/** The targets that were tried and the one that responded, as far as known when the headers are sent. */
export function servedHeaders({ attempts }: AnswerState): Record<string, string> {
  const served = servedAttempt(attempts);
  const dropped = droppedNames(attempts);
  return {
    ...(served && { 'x-sluice-provider': headerValue(served.provider), 'x-sluice-model': headerValue(served.model) }),
    ...(served && { 'x-sluice-attempts': headerValue(attempts.map(attemptName).join(', ')) }),
    ...(dropped.length > 0 && { 'x-sluice-dropped': headerValue(dropped.join(', ')) }),
  };
}

/** The headers of a whole answer that describe how it was produced. */
export function wholeHeaders(answerState: AnswerState, pricing: Pricing): Record<string, string> {
  return { ...servedHeaders(answerState), ...costHeader(pricing.costOf(answerState)) };
}

/** The same of a stream, when it begins. */
export function streamHeaders(client: ClientDialect, answerState: AnswerState): Record<string, string> {
  return {
    'content-type': client.contentType,
    'cache-control': 'no-cache, no-transform',
    'x-accel-buffering': 'no',
    ...servedHeaders(answerState),
  };
}

/** The cost of the answer in USD, with nine decimals. Missing if unknown. */
function costHeader(cost: Cost | undefined): Record<string, string> {
  return cost ? { 'x-sluice-cost-usd': cost.usd.toFixed(9) } : {};
}

/** `lab/x;error=upstream_error`: every attempt with its target and the code of its failure. */
function attemptName({ provider, model, error }: Attempt): string {
  return `${provider}/${model}${error ? `;error=${error}` : ''}`;
}

/** The part of an ARN that has the account id. What is left still names the inference profile. */
const accountArn = /\barn:aws[\w-]*:[\w-]*:[\w-]*:\d{12}:/g;

/**
 * Names come from the client's request. Keeps only characters that a header may contain, and redacts a key that was
 * sent as a name.
 */
function headerValue(text: string): string {
  return redact(text)
    .replace(accountArn, '')
    .replace(/[^\x20-\x7e]/g, '?')
    .slice(0, 1024);
}
