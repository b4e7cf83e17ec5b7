import { anthropicMessagesTruth } from './anthropic-messages.ts';
import { bedrockConverseTruth } from './bedrock-converse.ts';
import { openaiChatTruth } from './openai-chat.ts';
import type { Truth } from './truth.ts';

const readers = {
  'openai-chat': openaiChatTruth,
  'anthropic-messages': anthropicMessagesTruth,
  'bedrock-converse': bedrockConverseTruth,
} satisfies Record<string, (bytes: Uint8Array) => Truth>;

/** A format that can be read naively. */
export type Format = keyof typeof readers;

/** What this whole answer says. Shares nothing with the product but the names of types. */
export function truthOf({ format, bytes }: { format: Format; bytes: Uint8Array }): Truth {
  return readers[format](bytes);
}
