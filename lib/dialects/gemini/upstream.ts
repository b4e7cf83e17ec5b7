import type { ProviderDialect } from '../dialect.ts';
import { build } from './build.ts';
import { decode } from './decode.ts';
import { bodyFailure } from './failure.ts';
import { dialectName } from './wire.ts';

/** The `streamGenerateContent` API as a provider. No client uses this dialect, so `passthrough` is never set. */
export function geminiUpstream(): ProviderDialect {
  return { name: dialectName, build, decode, failure: bodyFailure };
}
