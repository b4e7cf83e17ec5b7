import { anthropicMessagesUpstream } from '../dialects/anthropic-messages/upstream.ts';
import { geminiUpstream } from '../dialects/gemini/upstream.ts';
import { type OpenaiChatDifferences, openaiChatUpstream } from '../dialects/openai-chat/upstream.ts';
import { openaiCompletionsUpstream } from '../dialects/openai-completions/upstream.ts';
import { openaiResponsesUpstream } from '../dialects/openai-responses/upstream.ts';
import type { KeySource } from '../secrets/key-source.ts';
import type { JsonObject } from '../stream/json.ts';
import { readSse, readSseLines } from '../wire/sse.ts';
import { sseAnswer } from './accept-answer.ts';
import { bedrockProvider } from './bedrock.ts';
import { type HttpProviderSettings, httpProvider } from './http-provider.ts';
import type { Provider } from './provider.ts';
import type { ProviderKind, ProviderRecord } from './records.ts';

/** One provider as it is to be made: a record and what the configuration adds to it. */
export interface ProviderSettings {
  readonly name: string;
  readonly kind: ProviderKind;
  readonly baseUrl?: string;
  readonly region?: string;
  readonly api?: 'converse' | 'invoke';
  readonly credentials?: { accessKeyId: string; secretAccessKey: string };
  readonly differences?: OpenaiChatDifferences;
  readonly apis?: ProviderRecord['apis'];
  readonly key: KeySource;
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
      count: {
        path: () => '/v1/messages/count_tokens',
        body: only('model', 'messages', 'system', 'tools', 'tool_choice', 'thinking', 'mcp_servers', 'context_management'),
        read: ({ input_tokens }) => input_tokens,
      },
    }),
  gemini: ({ name, baseUrl = '', key }) =>
    httpProvider({
      name,
      baseUrl,
      key,
      dialect: geminiUpstream(),
      read: readSse,
      answerForm: sseAnswer,
      // Without `alt=sse` the stream would be one JSON list.
      path: (model) => `/models/${encodeURIComponent(model)}:streamGenerateContent?alt=sse`,
      authenticate: (key) => ({ 'x-goog-api-key': key }),
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
    }),
  azure: (settings) =>
    openaiShaped(settings, settings.differences, {
      // A deployment stands for a model; the version is the latest that is not a preview.
      path: (model) => `/openai/deployments/${encodeURIComponent(model)}/chat/completions?api-version=2024-10-21`,
      authenticate: (key) => ({ 'api-key': key }),
    }),
  // Its own test server ends an event with a single line end.
  predictionguard: (settings) => openaiShaped(settings, settings.differences, { read: readSseLines }),
  empower: (settings) => openaiShaped(settings, settings.differences),
  bedrock: ({ name, region, baseUrl, credentials, api }) =>
    bedrockProvider({
      name,
      ...(region && { region }),
      ...(api && { api }),
      ...(baseUrl && { endpoint: baseUrl }),
      ...(credentials && { credentials }),
    }),
};

/** These members of a body alone: counting refuses what only an answer needs. */
function only(...names: string[]): (body: JsonObject) => JsonObject {
  return (body) => Object.fromEntries(Object.entries(body).filter(([name]) => names.includes(name)));
}

export function makeProvider(settings: ProviderSettings): Provider {
  return kinds[settings.kind](settings);
}

/** A server that speaks chat completions, and whichever of OpenAI's other APIs its record names. */
function openaiShaped(
  { name, baseUrl = '', key, apis = {} }: ProviderSettings,
  differences: OpenaiChatDifferences = {},
  reached: Partial<Pick<HttpProviderSettings, 'path' | 'authenticate' | 'read'>> = {},
): Provider {
  const common = { name, baseUrl, key, read: readSse, answerForm: sseAnswer, authenticate: bearer };
  const chat = httpProvider({ ...common, dialect: openaiChatUpstream(differences), path: () => '/chat/completions', ...reached });
  const responses = httpProvider({ ...common, dialect: openaiResponsesUpstream(), path: () => '/responses' });
  const completions = httpProvider({
    ...common,
    ...reached,
    dialect: openaiCompletionsUpstream(differences),
    path: () => '/completions',
  });
  return {
    ...chat,
    speaking(callerDialect, model) {
      const lives = (beginnings: readonly string[] = []) => beginnings.some((beginning) => model.startsWith(beginning));
      const completesAny = apis.completions === 'any model';
      if (!completesAny && lives(apis.completions)) return completions;
      if (lives(apis.responses)) return responses;
      if (apis.responses && callerDialect === responses.dialect.name) return responses;
      return completesAny && callerDialect === completions.dialect.name ? completions : chat;
    },
  };
}
