import { type OpenaiChatQuirks, openaiChatUpstream } from '../dialects/openai-chat/upstream.ts';
import { wholeAnswerFrames } from '../dialects/openai-chat/whole-answer.ts';
import { openaiCompletionsUpstream } from '../dialects/openai-completions/upstream.ts';
import { openaiResponsesUpstream } from '../dialects/openai-responses/upstream.ts';
import { readSse, readSseLines } from '../wire/sse.ts';
import { sseFormat } from './accept-response.ts';
import { isAzureV1Url } from './azure-v1-url.ts';
import { type HttpProviderSettings, httpProvider } from './http-provider.ts';
import { modelIds } from './model-ids.ts';
import { type ProviderPreset, responsesOnly } from './presets.ts';
import type { LoadedProvider } from './provider.ts';
import type { ProviderKind } from './provider-kinds.ts';
import type { ProviderSettings } from './provider-settings.ts';

/** The differences between the kinds. */
interface Kind {
  readonly quirks?: OpenaiChatQuirks;
  readonly reached?: Partial<Pick<HttpProviderSettings, 'path' | 'authenticate' | 'read'>>;
  /** Its other OpenAI APIs, where the preset has none. */
  readonly apis?: NonNullable<ProviderPreset['apis']>;
}

const kinds: Partial<Record<ProviderKind, Kind>> = {
  'openai-compatible': { quirks: { maxTokensField: 'max_tokens' } },
  openai: { quirks: { maxTokensField: 'max_completion_tokens' } },
  azure: {
    reached: {
      // The deployment determines the model. The version is the latest that is not a preview.
      path: (model) => `/openai/deployments/${encodeURIComponent(model)}/chat/completions?api-version=2024-10-21`,
      authenticate: (key) => ({ 'api-key': key }),
    },
  },
  // Prediction Guard's own test server ends an event with a single line end.
  predictionguard: { reached: { read: readSseLines } },
};

/** Azure's newer form has OpenAI's own paths, without a version. Deployments usually have the name of their model. */
const azureV1: Kind = {
  quirks: { maxTokensField: 'max_completion_tokens' },
  reached: { authenticate: (key) => ({ 'api-key': key }) },
  apis: { responses: responsesOnly },
};

function kindOf(kind: ProviderKind, baseUrl: string): Kind {
  return kind === 'azure' && isAzureV1Url(baseUrl) ? azureV1 : (kinds[kind] ?? {});
}

/** A server with chat completions, and with the other OpenAI APIs in its preset. */
export function openaiProvider(settings: ProviderSettings): LoadedProvider {
  const { name, kind, baseUrl = '', key } = settings;
  const { reached, ...own } = kindOf(kind, baseUrl);
  const apis = settings.apis ?? own.apis ?? {};
  const quirks = { ...own.quirks, ...settings.quirks };
  const authenticate = (key: string) => ({ authorization: `Bearer ${key}` });
  const common = { name, baseUrl, key, read: readSse, streamFormat: sseFormat, authenticate };
  const chat = httpProvider({
    ...common,
    dialect: openaiChatUpstream(quirks),
    path: () => '/chat/completions',
    whole: wholeAnswerFrames,
    // Azure lists the models of its catalogue, not the resource's deployments.
    ...(kind !== 'azure' && { models: { path: '/models', read: modelIds } }),
    ...reached,
  });
  const responses = httpProvider({ ...common, ...reached, dialect: openaiResponsesUpstream(), path: () => '/responses' });
  const completions = httpProvider({
    ...common,
    ...reached,
    dialect: openaiCompletionsUpstream(quirks),
    path: () => '/completions',
  });
  return {
    ...chat,
    apiFor(clientDialect, model) {
      const lives = (beginnings: readonly string[] = []) => beginnings.some((beginning) => model.startsWith(beginning));
      const completesAny = apis.completions === 'any model';
      if (!completesAny && lives(apis.completions)) return completions;
      if (lives(apis.responses)) return responses;
      if (apis.responses && clientDialect === responses.dialect.name) return responses;
      return completesAny && clientDialect === completions.dialect.name ? completions : chat;
    },
  };
}
