import { anthropicMessages } from '../../lib/dialects/anthropic-messages/client.ts';
import { anthropicMessagesUpstream } from '../../lib/dialects/anthropic-messages/upstream.ts';
import { bedrockConverse } from '../../lib/dialects/bedrock-converse/client.ts';
import { bedrockConverseUpstream } from '../../lib/dialects/bedrock-converse/upstream.ts';
import type { ClientDialect, ProviderDialect } from '../../lib/dialects/dialect.ts';
import { geminiUpstream } from '../../lib/dialects/gemini/upstream.ts';
import { openaiChat } from '../../lib/dialects/openai-chat/client.ts';
import { openaiChatUpstream } from '../../lib/dialects/openai-chat/upstream.ts';
import { openaiResponses } from '../../lib/dialects/openai-responses/client.ts';
import { openaiResponsesUpstream } from '../../lib/dialects/openai-responses/upstream.ts';
import { type CheckedDialect, check } from '../support/checker/check.ts';
import { type Chunking, whole } from '../support/chunkings.ts';
import type { ProviderStream, SpokenName } from '../support/provider-streams/provider-stream.ts';
import { translate } from '../support/translate.ts';

const providers: Record<SpokenName, ProviderDialect> = {
  chat: openaiChatUpstream(),
  responses: openaiResponsesUpstream(),
  messages: anthropicMessagesUpstream(),
  gemini: geminiUpstream(),
  converse: bedrockConverseUpstream(),
};
/** Dialects that can express everything. */
export const clients: readonly ClientDialect[] = [openaiChat, openaiResponses, anthropicMessages, bedrockConverse];

/** What a client is sent of these bytes, and what it reads in that. */
export async function read(providerStream: ProviderStream, bytes: Uint8Array, client: ClientDialect, cut: Chunking = whole) {
  const translated = await translate({ bytes, wire: providerStream.wire, provider: providers[providerStream.name], client }, cut);
  return { ...translated, ...check(client.name as CheckedDialect, translated.bytes, { showUsage: true }) };
}
