import { anthropicMessagesUpstream } from '../anthropic-messages/upstream.ts';
import { exceptionStatuses } from '../bedrock-converse/failure.ts';
import type { ProviderDialect } from '../dialect.ts';
import { anthropicVersion, claudeText } from './claude-text.ts';
import { cohereCommand, cohereCommandR } from './cohere.ts';
import { textFamilyUpstream } from './family.ts';
import { llama } from './llama.ts';
import { mistral } from './mistral.ts';
import { nova } from './nova.ts';
import { openaiShaped } from './openai-shaped.ts';
import { titan } from './titan.ts';

/** A family of models that Bedrock serves, in the dialect that is the family's own. */
export interface InvokedFamily {
  readonly dialect: ProviderDialect;
  /**
   * Converse knows less of it: not its models of the first days, or no system and no second turn. For callers other
   * than Converse's own, its own body is the better one.
   */
  readonly atItsBest?: true;
}

const claude = anthropicMessagesUpstream({ bodyVersion: anthropicVersion, statuses: exceptionStatuses });

/** By the model's id, inference profile or ARN; the first that matches. */
const families: readonly (readonly [RegExp, InvokedFamily])[] = [
  [/anthropic\.claude-(v\d|instant)/, { dialect: textFamilyUpstream(claudeText), atItsBest: true }],
  [/anthropic\.claude/, { dialect: claude }],
  [/amazon\.titan-(text|tg1)/, { dialect: textFamilyUpstream(titan), atItsBest: true }],
  [/amazon\.nova/, { dialect: nova }],
  [/meta\.llama/, { dialect: textFamilyUpstream(llama) }],
  [/mistral\.(mistral-7b|mixtral)/, { dialect: textFamilyUpstream(mistral), atItsBest: true }],
  [/cohere\.command-r/, { dialect: textFamilyUpstream(cohereCommandR) }],
  [/cohere\.command/, { dialect: textFamilyUpstream(cohereCommand), atItsBest: true }],
  [
    /(ai21\.jamba|mistral\.|openai\.|qwen\.|moonshot\w*\.|deepseek\.v|google\.gemma|minimax\.|nvidia\.|zai\.)/,
    { dialect: openaiShaped },
  ],
];

/** How this model is invoked; `undefined` where its id does not tell, or its family has no stream of its own. */
export function invokedFamily(model: string): InvokedFamily | undefined {
  return families.find(([pattern]) => pattern.test(model))?.[1];
}
