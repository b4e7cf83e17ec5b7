import { anthropicMessagesUpstream } from '../dialects/anthropic-messages/upstream.ts';
import { readSse } from '../wire/sse.ts';
import { sseFormat } from './accept-response.ts';
import { httpProvider } from './http-provider.ts';
import { only } from './keep-members.ts';
import { modelIds } from './model-ids.ts';
import type { LoadedProvider } from './provider.ts';
import type { ProviderSettings } from './provider-settings.ts';

export function anthropicProvider({ name, baseUrl = '', key }: ProviderSettings): LoadedProvider {
  return httpProvider({
    name,
    // Anthropic's own clients use a base URL without /v1, most others one with it. Both work here.
    baseUrl: baseUrl.replace(/\/v1\/?$/, ''),
    key,
    dialect: anthropicMessagesUpstream(),
    read: readSse,
    streamFormat: sseFormat,
    path: () => '/v1/messages',
    authenticate: (key) => ({ 'x-api-key': key }),
    headers: { 'anthropic-version': '2023-06-01' },
    models: { path: '/v1/models?limit=1000', read: modelIds },
    count: {
      path: () => '/v1/messages/count_tokens',
      body: only('model', 'messages', 'system', 'tools', 'tool_choice', 'thinking', 'mcp_servers', 'context_management'),
      read: ({ input_tokens }) => input_tokens,
    },
  });
}
