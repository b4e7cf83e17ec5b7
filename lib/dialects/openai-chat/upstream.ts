import type { ProviderDialect } from '../dialect.ts';
import { bodyFailure } from '../openai/failure.ts';
import { build } from './build.ts';
import { decode } from './decode.ts';
import type { OpenaiChatDifferences } from './differences.ts';
import { dialectName } from './wire.ts';

export type { OpenaiChatDifferences } from './differences.ts';

/** Chat completions as a provider speaks them: OpenAI itself, or one that differs from it as `differences` says. */
export function openaiChatUpstream(differences: OpenaiChatDifferences = {}): ProviderDialect {
  return {
    name: dialectName,
    build: (request, model) => build(request, model, differences),
    decode: (frames, context) => decode(frames, context, differences),
    failure: bodyFailure,
  };
}
