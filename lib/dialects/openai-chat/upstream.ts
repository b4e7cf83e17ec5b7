import type { ProviderDialect } from '../dialect.ts';
import { bodyFailure } from '../openai/failure.ts';
import { build, spell } from './build.ts';
import { decode } from './decode.ts';
import type { OpenaiChatQuirks } from './quirks.ts';
import { dialectName } from './wire.ts';

export type { OpenaiChatQuirks } from './quirks.ts';

/** Chat completions of a provider: OpenAI itself, or one with these `quirks`. */
export function openaiChatUpstream(quirks: OpenaiChatQuirks = {}): ProviderDialect {
  return {
    name: dialectName,
    build: (request, model, options) => build(request, model, quirks, options),
    spell: (request) => spell(request, quirks),
    decode: (frames, context) => decode(frames, context, quirks),
    failure: bodyFailure,
  };
}
