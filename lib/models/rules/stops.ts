import { SluiceError } from '../../stream/errors.ts';
import { spelled } from '../conversation.ts';
import type { Rule } from '../rule.ts';

/** Throws `unsupported_parameter` for stop sequences that the model doesn't take: without them the answer would differ. */
export const stopSequences: Rule = (request, { requirements }) => {
  const { stop } = request.parameters;
  if (!stop) return request;
  const { maxStops = Number.POSITIVE_INFINITY, visibleStops } = requirements;
  const field = spelled(request, 'stop');
  if (maxStops === 0) throw refused(field, 'is not supported by this model. Leave it out, or choose another model.');
  if (stop.length > maxStops)
    throw refused(field, `has ${stop.length} sequences, and this model takes ${maxStops}. Leave some out.`);
  if (visibleStops && stop.some((sequence) => sequence.trim() === '')) {
    throw refused(field, 'has a sequence of nothing but white space, which the provider of this model refuses. Leave it out.');
  }
  return request;
};

function refused(field: string, why: string): SluiceError {
  return new SluiceError('unsupported_parameter', `\`${field}\` ${why}`, { param: field });
}
