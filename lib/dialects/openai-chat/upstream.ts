import type { ProviderDialect } from '../dialect.ts';
import { bodyFailure } from '../openai/failure.ts';
import { build } from './build.ts';
import { decode } from './decode.ts';
import type { OpenaiChatQuirks } from './quirks.ts';
import { dialectName } from './wire.ts';

export type { OpenaiChatQuirks } from './quirks.ts';

/** Chat completions as a provider speaks them: OpenAI itself, or one that differs from it as `quirks` says. */
export function openaiChatUpstream(quirks: OpenaiChatQuirks = {}): ProviderDialect {
  return {
    name: dialectName,
    build: (request, model) => build(request, model, quirks),
    decode: (frames, context) => decode(frames, context, quirks),
    failure: bodyFailure,
  };
}
