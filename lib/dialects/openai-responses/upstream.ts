import type { ProviderDialect } from '../dialect.ts';
import { bodyFailure } from '../openai/failure.ts';
import { build } from './build.ts';
import { decode } from './decode.ts';
import { dialectName } from './wire.ts';

/** The Responses API as providers speak it, for models that answer nowhere else. */
export function openaiResponsesUpstream(): ProviderDialect {
  return { name: dialectName, build, decode, failure: bodyFailure };
}
