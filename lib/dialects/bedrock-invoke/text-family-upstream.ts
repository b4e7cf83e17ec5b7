import { bodyFailure } from '../bedrock/failure.ts';
import { clampParameters } from '../clamp-parameters.ts';
import type { ProviderDialect } from '../dialect.ts';
import { mapParameters } from '../map-parameters.ts';
import { decodeText } from './decode-text.ts';
import type { TextFamily } from './text-family.ts';

/** The dialect of a family, sent with InvokeModelWithResponseStream. */
export function textFamilyUpstream(family: TextFamily): ProviderDialect {
  return {
    name: family.name,
    build(original, model) {
      const { maxTokens: maxOutputTokens, maxTemperature: temperature } = family;
      const { request, lowered } = clampParameters(original, { maxOutputTokens, ...(temperature && { temperature }) });
      const { fields, dropped } = mapParameters(request, family.writers);
      return { body: { ...family.prompt(request, model), ...fields }, dropped: [...dropped, ...lowered] };
    },
    decode: (frames, context) => decodeText(frames, context, family),
    failure: bodyFailure,
  };
}
