import { SluiceError } from '../../stream/errors.ts';
import type { Part } from '../../stream/request.ts';
import type { Rule } from '../rule.ts';

/** Throws `unsupported_parameter` for a file at a URL where the target fetches none. Sluice fetches none either. */
export const urls: Rule = (request, { requirements }) => {
  if (requirements.urls !== 'none') return request;
  for (const { content } of request.messages) content.forEach(refuseUrl);
  return request;
};

function refuseUrl(part: Part): void {
  if (part.type === 'tool-result') part.content.forEach(refuseUrl);
  if ((part.type !== 'image' && part.type !== 'document') || part.source.kind !== 'url') return;
  throw new SluiceError(
    'unsupported_parameter',
    `\`${part.field}\` is a URL, and the provider of this model fetches none. Send the file itself, in base64.`,
    { param: part.field },
  );
}
