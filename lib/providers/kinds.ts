import { anthropicMessagesUpstream } from '../dialects/anthropic-messages/upstream.ts';
import { type OpenaiChatDifferences, openaiChatUpstream } from '../dialects/openai-chat/upstream.ts';
import { readSse } from '../wire/sse.ts';
import { sseAnswer } from './accept-answer.ts';
import { bedrockProvider } from './bedrock.ts';
import { httpProvider } from './http-provider.ts';
import type { Provider } from './provider.ts';
import type { ProviderKind } from './records.ts';

/** One provider as it is to be made: a record and what the configuration adds to it. */
export interface ProviderSettings {
  readonly name: string;
  readonly kind: ProviderKind;
  readonly baseUrl?: string;
  readonly region?: string;
  readonly credentials?: { accessKeyId: string; secretAccessKey: string };
  readonly differences?: OpenaiChatDifferences;
  /** The key, read at first use; nothing for a server that wants none. */
  readonly key: () => Promise<string | undefined>;
}

const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

/** How each kind is reached: wire x dialect x where and how to authenticate. */
const kinds: Record<ProviderKind, (settings: ProviderSettings) => Provider> = {
  'openai-compatible': (settings) => openaiShaped(settings, { maxTokensField: 'max_tokens', ...settings.differences }),
  openai: (settings) => openaiShaped(settings, { maxTokensField: 'max_completion_tokens', ...settings.differences }),
  anthropic: ({ name, baseUrl = '', key }) =>
    httpProvider({
      name,
      // Anthropic's own clients take the base URL without /v1, most others with it: both are right here.
      baseUrl: baseUrl.replace(/\/v1\/?$/, ''),
      key,
      dialect: anthropicMessagesUpstream(),
      read: readSse,
      answerForm: sseAnswer,
      path: () => '/v1/messages',
      authenticate: (key) => ({ 'x-api-key': key }),
      headers: { 'anthropic-version': '2023-06-01' },
    }),
  bedrock: ({ name, region, baseUrl, credentials }) =>
    bedrockProvider({
      name,
      ...(region && { region }),
      ...(baseUrl && { endpoint: baseUrl }),
      ...(credentials && { credentials }),
    }),
};

export function makeProvider(settings: ProviderSettings): Provider {
  return kinds[settings.kind](settings);
}

function openaiShaped({ name, baseUrl = '', key }: ProviderSettings, differences: OpenaiChatDifferences): Provider {
  return httpProvider({
    name,
    baseUrl,
    key,
    dialect: openaiChatUpstream(differences),
    read: readSse,
    answerForm: sseAnswer,
    path: () => '/chat/completions',
    authenticate: bearer,
  });
}
