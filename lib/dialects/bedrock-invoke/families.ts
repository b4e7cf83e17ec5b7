import { anthropicMessagesUpstream } from '../anthropic-messages/upstream.ts';
import { exceptionStatuses } from '../bedrock/failure.ts';
import type { ProviderDialect } from '../dialect.ts';
import { anthropicVersion, claudeText } from './claude-text.ts';
import { cohereCommand, cohereCommandR } from './cohere.ts';
import { llama } from './llama.ts';
import { mistral } from './mistral.ts';
import { nova } from './nova.ts';
import { openaiShaped } from './openai-shaped.ts';
import { textFamilyUpstream } from './text-family-upstream.ts';
import { titan } from './titan.ts';

/** A family of Bedrock models, with its own dialect. */
export interface InvokedFamily {
  readonly dialect: ProviderDialect;
  /**
   * Which clients should use the family's own body instead of Converse: clients of the same dialect, because every
   * field passes through, or all, if Converse supports less of the family (no system text, no second turn, not these
   * models).
   */
  readonly betterFor?: 'its own callers' | 'everyone';
}

const claude = anthropicMessagesUpstream({ bodyVersion: anthropicVersion, statuses: exceptionStatuses });

/** By model id, inference profile or ARN. The first match counts. */
const families: readonly (readonly [RegExp, InvokedFamily])[] = [
  [/anthropic\.claude-(v\d|instant)/, { dialect: textFamilyUpstream(claudeText), betterFor: 'everyone' }],
  [/anthropic\.claude/, { dialect: claude, betterFor: 'its own callers' }],
  [/amazon\.titan-(text|tg1)/, { dialect: textFamilyUpstream(titan), betterFor: 'everyone' }],
  [/amazon\.nova/, { dialect: nova }],
  [/meta\.llama/, { dialect: textFamilyUpstream(llama) }],
  [/mistral\.(mistral-7b|mixtral)/, { dialect: textFamilyUpstream(mistral), betterFor: 'everyone' }],
  [/cohere\.command-r/, { dialect: textFamilyUpstream(cohereCommandR) }],
  [/cohere\.command/, { dialect: textFamilyUpstream(cohereCommand), betterFor: 'everyone' }],
  [
    /(ai21\.jamba|mistral\.|openai\.|qwen\.|moonshot(?:ai)?\.|deepseek\.v|google\.gemma|minimax\.|nvidia\.|zai\.)/,
    { dialect: openaiShaped },
  ],
];

/** How this model is invoked. `undefined` if its id doesn't show it, or its family has no stream of its own. */
export function invokedFamily(model: string): InvokedFamily | undefined {
  return families.find(([pattern]) => pattern.test(model))?.[1];
}
