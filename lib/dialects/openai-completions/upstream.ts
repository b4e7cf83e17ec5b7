import { textAt } from '../../wire/fields.ts';
import type { ProviderDialect } from '../dialect.ts';
import { bodyFailure } from '../openai/failure.ts';
import { decode } from '../openai-chat/decode.ts';
import { build, type OpenaiCompletionsDifferences } from './build.ts';
import { dialectName } from './wire.ts';

/** Text completions as a provider speaks them: chunks as of chat, whose choices say their text and nothing else. */
export function openaiCompletionsUpstream(differences: OpenaiCompletionsDifferences = {}): ProviderDialect {
  return {
    name: dialectName,
    build: (request, model) => build(request, model, differences),
    decode: (frames, context) => decode(frames, context, {}, (choice) => ({ content: textAt(choice, 'text') })),
    failure: bodyFailure,
  };
}
