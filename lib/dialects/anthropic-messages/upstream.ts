import type { ProviderDialect } from '../dialect.ts';
import { build } from './build.ts';
import { decode } from './decode.ts';
import { bodyFailure, type Statuses } from './failure.ts';
import { dialectName } from './wire.ts';

/** What a provider of this dialect does in its own way; a record each. */
export interface AnthropicMessagesQuirks {
  /**
   * Bedrock's invoke: the address says the model and that it streams, so the body does not; the body says this version
   * and the betas, which are headers elsewhere.
   */
  readonly bodyVersion?: string;
  /** Statuses that the wire's own words for failures stand for, beside this dialect's: `throttlingException`. */
  readonly statuses?: Statuses;
}

/** Anthropic's Messages API as its providers speak it. */
export function anthropicMessagesUpstream({ bodyVersion, statuses = {} }: AnthropicMessagesQuirks = {}): ProviderDialect {
  return {
    name: dialectName,
    build: (request, model) => build(request, model, bodyVersion),
    decode: (frames, context) => decode(frames, context, statuses),
    failure: (status, body) => bodyFailure(status, body, statuses),
  };
}
