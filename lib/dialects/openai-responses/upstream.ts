import type { ProviderDialect } from '../dialect.ts';
import { bodyFailure } from '../openai/failure.ts';
import { build, spell } from './build.ts';
import { decode } from './decode.ts';
import { dialectName } from './wire.ts';

/** The Responses API of a provider, for models without another API. */
export function openaiResponsesUpstream(): ProviderDialect {
  return { name: dialectName, build, spell, decode, failure: bodyFailure };
}
