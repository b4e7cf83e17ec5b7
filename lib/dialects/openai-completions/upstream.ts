import type { ProviderDialect } from '../dialect.ts';
import { bodyFailure } from '../openai/failure.ts';
import { decode } from '../openai-chat/decode.ts';
import { strictText } from '../strict-fields.ts';
import { build, type OpenaiCompletionsQuirks } from './build.ts';
import { dialectName } from './wire.ts';

/** Text completions as a provider speaks them: chunks as of chat, whose choices say their text and nothing else. */
export function openaiCompletionsUpstream(quirks: OpenaiCompletionsQuirks = {}): ProviderDialect {
  return {
    name: dialectName,
    build: (request, model) => build(request, model, quirks),
    decode: (frames, context) => decode(frames, context, {}, (choice) => ({ content: strictText(choice, 'text') })),
    failure: bodyFailure,
  };
}
