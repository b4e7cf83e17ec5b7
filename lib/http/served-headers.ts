import { type AnswerState, type Attempt, droppedNames, servedAttempt } from '../gateway/answer-state.ts';
import type { Cost } from '../gateway/pricing.ts';
import { redact } from '../redact/redact.ts';

/** Who was asked and who answered, as far as it is known when the headers go out. */
export function servedHeaders({ attempts }: AnswerState): Record<string, string> {
  const served = servedAttempt(attempts);
  const dropped = droppedNames(attempts);
  return {
    ...(served && { 'x-sluice-provider': headerValue(served.provider), 'x-sluice-model': headerValue(served.model) }),
    ...(served && { 'x-sluice-attempts': headerValue(attempts.map(attemptName).join(', ')) }),
    ...(dropped.length > 0 && { 'x-sluice-dropped': headerValue(dropped.join(', ')) }),
  };
}

/** What the answer cost, in USD, to a billionth; nothing where that is not known. */
export function costHeader(cost: Cost | undefined): Record<string, string> {
  return cost ? { 'x-sluice-cost-usd': cost.usd.toFixed(9) } : {};
}

/** `lab/x;error=upstream_error`: every attempt by its target, with the kind of its failure. */
function attemptName({ provider, model, error }: Attempt): string {
  return `${provider}/${model}${error ? `;error=${error}` : ''}`;
}

/** Names come from the caller's request: only what a header may hold, and no key that was put in their place. */
function headerValue(text: string): string {
  return redact(text)
    .replace(/[^\x20-\x7e]/g, '?')
    .slice(0, 1024);
}
