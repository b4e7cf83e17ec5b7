import type { ProviderDialect } from '../dialect.ts';
import { build } from './build.ts';
import { decode } from './decode.ts';
import { bodyFailure } from './failure.ts';
import { dialectName } from './wire.ts';

/** Google's `streamGenerateContent` as Gemini's API speaks it. No client of ours does, so nothing is ever native. */
export function geminiUpstream(): ProviderDialect {
  return { name: dialectName, build, decode, failure: bodyFailure };
}
