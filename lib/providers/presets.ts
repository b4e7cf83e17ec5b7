import type { OpenaiChatQuirks } from '../dialects/openai-chat/upstream.ts';
import type { ProviderKind } from './provider-kinds.ts';

/** What Sluice knows about a provider without any configuration. */
export interface ProviderPreset {
  readonly kind: ProviderKind;
  readonly baseUrl?: string;
  /** The variables that enable it in development: its key, and another base URL. */
  readonly environment?: { readonly key?: string; readonly baseUrl?: string };
  /** Prefixes of model names that belong to it if no alias matches. */
  readonly claims?: readonly string[];
  /** How its dialect differs from the standard form. */
  readonly quirks?: OpenaiChatQuirks;
  /**
   * Its other OpenAI APIs besides chat completions. Models with these prefixes are only available there. Clients of
   * Responses use its Responses API, and clients of text completions use its text completions if any model supports
   * them.
   */
  readonly apis?: { readonly responses?: readonly string[]; readonly completions?: readonly string[] | 'any model' };
}

/** Beginnings of the names of models that have no chat completions. */
export const responsesOnly: readonly string[] = [
  'codex-mini',
  'computer-use',
  'gpt-5-codex',
  'gpt-5-pro',
  'o1-pro',
  'o3-deep-research',
  'o3-pro',
  'o4-mini-deep-research',
];

/** Providers that only need their name and a key. Adding one of a known kind is one entry here. */
export const providerPresets: Readonly<Record<string, ProviderPreset>> = {
  openai: {
    kind: 'openai',
    baseUrl: 'https://api.openai.com/v1',
    environment: { key: 'OPENAI_API_KEY', baseUrl: 'OPENAI_BASE_URL' },
    claims: ['gpt-', 'chatgpt-', 'o1', 'o3', 'o4', 'davinci-', 'babbage-'],
    apis: {
      completions: ['gpt-3.5-turbo-instruct', 'davinci-', 'babbage-'],
      responses: responsesOnly,
    },
  },
  anthropic: {
    kind: 'anthropic',
    baseUrl: 'https://api.anthropic.com',
    environment: { key: 'ANTHROPIC_API_KEY', baseUrl: 'ANTHROPIC_BASE_URL' },
    claims: ['claude-'],
  },
  gemini: {
    kind: 'gemini',
    baseUrl: 'https://generativelanguage.googleapis.com/v1beta',
    environment: { key: 'GEMINI_API_KEY', baseUrl: 'GEMINI_BASE_URL' },
    claims: ['gemini-', 'gemma-'],
  },
  bedrock: {
    kind: 'bedrock',
    claims: ['anthropic.', 'amazon.', 'openai.', 'meta.', 'mistral.', 'cohere.', 'ai21.', 'us.', 'eu.', 'apac.', 'global.'],
  },
  // Its base URL is that of the resource, https://<name>.openai.azure.com, or the same with /openai/v1.
  azure: { kind: 'azure', environment: { key: 'AZURE_OPENAI_API_KEY', baseUrl: 'AZURE_OPENAI_ENDPOINT' } },
  predictionguard: {
    kind: 'predictionguard',
    baseUrl: 'https://api.predictionguard.com',
    environment: { key: 'PREDICTIONGUARD_API_KEY', baseUrl: 'PREDICTIONGUARD_URL' },
    quirks: { streamOptions: false, accepts: ['top_k', 'input', 'output'] },
    apis: { completions: 'any model' },
  },
  empower: {
    kind: 'empower',
    baseUrl: 'https://app.empower.dev/api/v1',
    environment: { key: 'EMPOWER_API_KEY', baseUrl: 'EMPOWER_BASE_URL' },
    claims: ['empower-'],
    quirks: { maxTokensField: 'max_tokens', anyTool: 'any', accepts: ['include_thinking'], thinkingTags: 'thinking' },
  },
  groq: { kind: 'openai-compatible', baseUrl: 'https://api.groq.com/openai/v1', environment: { key: 'GROQ_API_KEY' } },
  mistral: {
    kind: 'openai-compatible',
    baseUrl: 'https://api.mistral.ai/v1',
    environment: { key: 'MISTRAL_API_KEY' },
    claims: ['mistral-', 'magistral-', 'codestral-', 'ministral-'],
    // Sends usage with the last chunk unasked.
    quirks: { streamOptions: false },
  },
  deepseek: {
    kind: 'openai-compatible',
    baseUrl: 'https://api.deepseek.com/v1',
    environment: { key: 'DEEPSEEK_API_KEY' },
    claims: ['deepseek-'],
  },
  xai: { kind: 'openai-compatible', baseUrl: 'https://api.x.ai/v1', environment: { key: 'XAI_API_KEY' }, claims: ['grok-'] },
  together: {
    kind: 'openai-compatible',
    baseUrl: 'https://api.together.xyz/v1',
    environment: { key: 'TOGETHER_API_KEY' },
    apis: { completions: 'any model' },
  },
  fireworks: {
    kind: 'openai-compatible',
    baseUrl: 'https://api.fireworks.ai/inference/v1',
    environment: { key: 'FIREWORKS_API_KEY' },
    apis: { completions: 'any model' },
  },
  openrouter: {
    kind: 'openai-compatible',
    baseUrl: 'https://openrouter.ai/api/v1',
    environment: { key: 'OPENROUTER_API_KEY' },
    quirks: { accepts: ['top_k'] },
  },
  perplexity: {
    kind: 'openai-compatible',
    baseUrl: 'https://api.perplexity.ai',
    environment: { key: 'PERPLEXITY_API_KEY' },
    claims: ['sonar'],
  },
  moonshot: {
    kind: 'openai-compatible',
    baseUrl: 'https://api.moonshot.ai/v1',
    environment: { key: 'MOONSHOT_API_KEY' },
    claims: ['kimi-', 'moonshot-'],
  },
  zhipu: {
    kind: 'openai-compatible',
    baseUrl: 'https://open.bigmodel.cn/api/paas/v4',
    environment: { key: 'ZHIPU_API_KEY' },
    claims: ['glm-'],
  },
  ollama: { kind: 'openai-compatible', baseUrl: 'http://127.0.0.1:11434/v1', apis: { completions: 'any model' } },
  vllm: {
    kind: 'openai-compatible',
    baseUrl: 'http://127.0.0.1:8000/v1',
    quirks: { accepts: ['top_k'] },
    apis: { completions: 'any model' },
  },
  sglang: {
    kind: 'openai-compatible',
    baseUrl: 'http://127.0.0.1:30000/v1',
    quirks: { accepts: ['top_k'] },
    apis: { completions: 'any model' },
  },
  'lm-studio': {
    kind: 'openai-compatible',
    baseUrl: 'http://127.0.0.1:1234/v1',
    quirks: { accepts: ['top_k'] },
    apis: { completions: 'any model' },
  },
  'llama.cpp': {
    kind: 'openai-compatible',
    baseUrl: 'http://127.0.0.1:8080/v1',
    quirks: { accepts: ['top_k'] },
    apis: { completions: 'any model' },
  },
};
