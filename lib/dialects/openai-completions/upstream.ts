import type { ProviderDialect } from '../dialect.ts';
import { bodyFailure } from '../openai/failure.ts';
import { decode } from '../openai-chat/decode.ts';
import { strictText } from '../strict-fields.ts';
import { build, type OpenaiCompletionsQuirks } from './build.ts';
import { dialectName } from './wire.ts';

/** Text completions of a provider. The chunks are chat chunks whose choices hold only text. */
export function openaiCompletionsUpstream(quirks: OpenaiCompletionsQuirks = {}): ProviderDialect {
  return {
    name: dialectName,
    build: (request, model) => build(request, model, quirks),
    decode: (frames, context) => decode(frames, context, {}, (choice) => ({ content: strictText(choice, 'text') })),
    failure: bodyFailure,
  };
}
