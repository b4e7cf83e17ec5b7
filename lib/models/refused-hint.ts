import { whenMissing } from '../dialects/map-parameters.ts';
import type { SluiceError } from '../stream/errors.ts';
import type { ModelRequest } from '../stream/request.ts';
import { parametersByMember } from './rules/refused-members.ts';

/** Words of a provider that doesn't have a member at all. A value that is out of range is another matter. */
const isUnknown =
  /not supported|unsupported|unrecogni[sz]ed|unknown|not permitted|not allowed|unexpected|extraneous|extra (fields|inputs)|deprecated|does(n't| not) support/i;

/**
 * The hint of this request that a provider's 400 or 422 names as one that it doesn't have; `undefined` if there is none.
 * What changes the answer is no hint.
 */
export function refusedHint({ upstream, message, param }: SluiceError, request: ModelRequest): string | undefined {
  if ((upstream?.status !== 400 && upstream?.status !== 422) || !isUnknown.test(message)) return undefined;
  return Object.entries(parametersByMember).find(([member, parameter]) => {
    if (whenMissing[parameter] !== 'drop' || request.parameters[parameter] === undefined) return false;
    // A plain word, such as `user`, has to be quoted.
    const named = member.includes('_') ? new RegExp(`\\b${member}\\b`) : new RegExp(`['"\`]${member}['"\`]`);
    return param === member || named.test(message);
  })?.[0];
}
