import { anthropicMessagesTruth } from './anthropic-messages.ts';
import { bedrockConverseTruth } from './bedrock-converse.ts';
import { bedrockInvokeTruth } from './bedrock-invoke.ts';
import { geminiTruth } from './gemini.ts';
import { openaiChatTruth } from './openai-chat.ts';
import { openaiResponsesTruth } from './openai-responses.ts';
import { anthropicCompleteTruth, openaiCompletionsTruth } from './text-completions.ts';
import type { ChoiceOf, Truth } from './truth.ts';

const readers = {
  'openai-chat': openaiChatTruth,
  'anthropic-messages': anthropicMessagesTruth,
  'bedrock-converse': bedrockConverseTruth,
  'openai-completions': openaiCompletionsTruth,
  'anthropic-complete': anthropicCompleteTruth,
  'openai-responses': openaiResponsesTruth,
  gemini: geminiTruth,
  'bedrock-invoke': bedrockInvokeTruth,
} satisfies Record<string, (bytes: Uint8Array, choice?: ChoiceOf) => Truth>;

/** A format that can be read naively. */
export type Format = keyof typeof readers;

/** The content of this whole answer. It shares nothing with the product except type names. */
export function truthOf({ format, bytes }: { format: Format; bytes: Uint8Array }, choice?: ChoiceOf): Truth {
  const read: (bytes: Uint8Array, choice?: ChoiceOf) => Truth = readers[format];
  return read(bytes, choice);
}
