import { geminiUpstream } from '../dialects/gemini/upstream.ts';
import { readSse } from '../wire/sse.ts';
import { sseFormat } from './accept-response.ts';
import { httpProvider } from './http-provider.ts';
import { only } from './keep-members.ts';
import { geminiModelIds } from './model-ids.ts';
import type { LoadedProvider } from './provider.ts';
import type { ProviderSettings } from './provider-settings.ts';

export function geminiProvider({ name, baseUrl = '', key }: ProviderSettings): LoadedProvider {
  return httpProvider({
    name,
    baseUrl,
    key,
    dialect: geminiUpstream(),
    read: readSse,
    streamFormat: sseFormat,
    // Without `alt=sse` the stream would be one JSON list.
    path: (model) => `/models/${encodeURIComponent(model)}:streamGenerateContent?alt=sse`,
    authenticate: (key) => ({ 'x-goog-api-key': key }),
    models: { path: '/models?pageSize=1000', read: geminiModelIds },
    count: {
      path: (model) => `/models/${encodeURIComponent(model)}:countTokens`,
      body: (body, model) => ({
        generateContentRequest: {
          model: `models/${model}`,
          ...only('contents', 'systemInstruction', 'tools', 'toolConfig')(body),
        },
      }),
      read: ({ totalTokens }) => totalTokens,
    },
  });
}
