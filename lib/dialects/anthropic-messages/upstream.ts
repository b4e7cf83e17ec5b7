import type { ProviderDialect } from '../dialect.ts';
import { build, spell } from './build.ts';
import { decode } from './decode.ts';
import { bodyFailure, type Statuses } from './failure.ts';
import { dialectName } from './wire.ts';

/** The differences of one provider of this dialect. */
export interface AnthropicMessagesQuirks {
  /**
   * Bedrock InvokeModel: the URL has the model and the stream flag, so the body has neither. The body has this
   * version and the betas, which are headers elsewhere.
   */
  readonly bodyVersion?: string;
  /** The HTTP status for additional error types of this provider: `throttlingException`. */
  readonly statuses?: Statuses;
}

/** Anthropic's Messages API as a provider. */
export function anthropicMessagesUpstream({ bodyVersion, statuses = {} }: AnthropicMessagesQuirks = {}): ProviderDialect {
  return {
    name: dialectName,
    build: (request, model) => build(request, model, bodyVersion),
    spell,
    decode: (frames, context) => decode(frames, context, statuses),
    failure: (status, body) => bodyFailure(status, body, statuses),
  };
}
