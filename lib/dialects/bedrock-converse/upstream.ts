import { bodyFailure } from '../bedrock/failure.ts';
import type { ProviderDialect } from '../dialect.ts';
import { build, spell } from './build.ts';
import { decode } from './decode.ts';
import { dialectName } from './wire.ts';

/** Bedrock's Converse API as a provider, for all its models. */
export function bedrockConverseUpstream(): ProviderDialect {
  return { name: dialectName, build: (request, _model, options) => build(request, options), spell, decode, failure: bodyFailure };
}
