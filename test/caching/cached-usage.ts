import { anthropicComplete } from '../../lib/dialects/anthropic-complete/client.ts';
import { anthropicMessages } from '../../lib/dialects/anthropic-messages/client.ts';
import { anthropicMessagesUpstream } from '../../lib/dialects/anthropic-messages/upstream.ts';
import { bedrockConverse } from '../../lib/dialects/bedrock-converse/client.ts';
import { bedrockConverseUpstream } from '../../lib/dialects/bedrock-converse/upstream.ts';
import { bedrockInvoke } from '../../lib/dialects/bedrock-invoke/client.ts';
import type { ClientDialect, ProviderDialect } from '../../lib/dialects/dialect.ts';
import { geminiUpstream } from '../../lib/dialects/gemini/upstream.ts';
import { openaiChat } from '../../lib/dialects/openai-chat/client.ts';
import { openaiChatUpstream } from '../../lib/dialects/openai-chat/upstream.ts';
import { openaiCompletions } from '../../lib/dialects/openai-completions/client.ts';
import { openaiResponses } from '../../lib/dialects/openai-responses/client.ts';
import { openaiResponsesUpstream } from '../../lib/dialects/openai-responses/upstream.ts';
import type { JsonObject } from '../../lib/stream/json.ts';
import { invokedPayloads, messagesPayloads } from '../features/echoes.ts';
import { chatStream } from '../support/provider-streams/chat.ts';
import { converseStream } from '../support/provider-streams/converse.ts';
import { geminiStream } from '../support/provider-streams/gemini.ts';
import { messagesStream } from '../support/provider-streams/messages.ts';
import type { ProviderStream } from '../support/provider-streams/provider-stream.ts';
import { responsesStream } from '../support/provider-streams/responses.ts';
import { type Translation, translate } from '../support/translate.ts';
import { plainMessages } from '../support/truth/plain-event-stream.ts';

/** The counts that every provider reports here. Each is a number that appears nowhere else. */
export const counts = { read: 61_007, written: 31_009 };

/** What a provider sends for a prompt of which a part was cached. */
interface CachingProvider {
  readonly name: string;
  readonly dialect: ProviderDialect;
  readonly wire: Translation['wire'];
  readonly bytes: Buffer;
  /** It reports what it wrote into its cache. */
  readonly reportsWrites: boolean;
}

const prompt = counts.read + counts.written + 10;

/** A stream whose own usage, the text `before`, reports the cached part. */
function stream(from: ProviderStream, before: JsonObject, after: JsonObject): Buffer {
  const { finish, usage, terminator } = from.stop;
  const text = Buffer.concat([from.envelope, from.text('Snow.'), finish, usage, terminator]).toString();
  const [old, next] = [before, after].map((members) => JSON.stringify(members).slice(1, -1)) as [string, string];
  if (!text.includes(old)) throw new Error(`no ${old} in ${text}`);
  return Buffer.from(text.replaceAll(old, next));
}

export const cachingProviders: readonly CachingProvider[] = [
  {
    name: 'OpenAI chat completions',
    dialect: openaiChatUpstream(),
    wire: 'sse',
    bytes: stream(
      chatStream,
      { prompt_tokens: 7 },
      { prompt_tokens: prompt, prompt_tokens_details: { cached_tokens: counts.read } },
    ),
    reportsWrites: false,
  },
  {
    name: 'OpenAI Responses',
    dialect: openaiResponsesUpstream(),
    wire: 'sse',
    bytes: stream(
      responsesStream,
      { input_tokens: 7 },
      { input_tokens: prompt, input_tokens_details: { cached_tokens: counts.read } },
    ),
    reportsWrites: false,
  },
  {
    name: 'Anthropic',
    dialect: anthropicMessagesUpstream(),
    wire: 'sse',
    bytes: stream(
      messagesStream,
      { input_tokens: 7 },
      { input_tokens: 10, cache_read_input_tokens: counts.read, cache_creation_input_tokens: counts.written },
    ),
    reportsWrites: true,
  },
  {
    name: 'Gemini',
    dialect: geminiUpstream(),
    wire: 'sse',
    bytes: stream(geminiStream, { promptTokenCount: 7 }, { promptTokenCount: prompt, cachedContentTokenCount: counts.read }),
    reportsWrites: false,
  },
  {
    name: 'Bedrock Converse',
    dialect: bedrockConverseUpstream(),
    wire: 'aws-event-stream',
    bytes: Buffer.concat([
      converseStream.envelope,
      converseStream.text('Snow.'),
      converseStream.stop.finish,
      converseStream.frame(
        JSON.stringify({
          usage: {
            inputTokens: 10,
            outputTokens: 5,
            totalTokens: prompt + 5,
            cacheReadInputTokens: counts.read,
            cacheWriteInputTokens: counts.written,
          },
          metrics: { latencyMs: 1 },
        }),
        'metadata',
      ),
    ]),
    reportsWrites: true,
  },
];

/** Every client dialect, and how to read what it gets. */
export const readingClients: readonly {
  readonly title: string;
  readonly dialect: ClientDialect;
  payloads(bytes: Uint8Array): JsonObject[];
  /** The dialect has no member for token counts. */
  readonly countless?: true;
}[] = [
  { title: 'OpenAI chat completions', dialect: openaiChat, payloads: messagesPayloads },
  { title: 'OpenAI text completions', dialect: openaiCompletions, payloads: messagesPayloads },
  { title: 'OpenAI Responses', dialect: openaiResponses, payloads: messagesPayloads },
  { title: 'Anthropic Messages', dialect: anthropicMessages, payloads: messagesPayloads },
  { title: 'Anthropic text completion', dialect: anthropicComplete, payloads: messagesPayloads, countless: true },
  {
    title: 'Bedrock Converse',
    dialect: bedrockConverse,
    payloads: (bytes) => plainMessages(bytes).map(({ payload }) => payload as JsonObject),
  },
  { title: 'Bedrock InvokeModel (Claude)', dialect: bedrockInvoke, payloads: invokedPayloads },
];

/** The members of an answer that have this number. */
export function membersWith(count: number, payloads: readonly JsonObject[]): string[] {
  const found = (value: unknown, path: string): string[] => {
    if (value === count) return [path];
    if (typeof value !== 'object' || value === null) return [];
    return Object.entries(value).flatMap(([name, member]) => found(member, path ? `${path}.${name}` : name));
  };
  return [...new Set(payloads.flatMap((payload) => found(payload, '')))];
}

/** What a client is sent of a provider's answer. */
export async function answerOf(
  { dialect: provider, wire, bytes }: CachingProvider,
  { dialect: client, payloads }: (typeof readingClients)[number],
): Promise<JsonObject[]> {
  return payloads((await translate({ bytes, wire, provider, client })).bytes);
}
