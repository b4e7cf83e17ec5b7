import type { Requirements } from './requirements.ts';

/*
 * What servers of OpenAI's API accept, by the name of their preset. Sources: their API references and pages on OpenAI
 * compatibility, and the reports named beside an entry.
 */

const openai: Requirements = {
  customTools: true,
  callArguments: 'any',
  developerRole: true,
  cacheMarks: 'nowhere',
  maxUser: 64,
  maxCallId: 40,
  textDocuments: 'text',
  resultMedia: 'after',
  toolSchema: { properties: 'required', alternatives: 'merged', items: 'required' },
};

/** Hints that OpenAI alone has. */
const openaiHints = [
  'prompt_cache_key',
  'prompt_cache_retention',
  'prompt_cache_options',
  'safety_identifier',
  'service_tier',
  'store',
  'verbosity',
];

/** A server that isn't OpenAI's has functions alone, and no prompt cache that is marked. */
const other: Requirements = { customTools: false, developerRole: false, cacheMarks: 'nowhere' };

/** One that takes back the reasoning of its models. */
const reasons: Requirements = { ...other, reasoningHistory: 'accepted', reasoningFields: ['reasoning_content'] };

export const chatServers: Readonly<Record<string, Requirements>> = {
  openai,
  azure: openai,
  // OpenAI's API on Bedrock, for its open models.
  bedrock: { ...other, urls: 'none' },
  mistral: {
    ...other,
    // mistralai/mistral-common#169, mnfst/llm-gateway#1186
    refuses: [...openaiHints, 'logit_bias', 'logprobs', 'top_logprobs', 'max_completion_tokens', 'seed', 'user'],
    callId: 'nine',
    afterResults: 'assistant',
    lastTurn: 'user',
  },
  groq: {
    ...other,
    // tashfeenahmed/freellmapi#1070, eigent-ai/eigent#1827
    refuses: [
      ...openaiHints.filter((name) => name !== 'service_tier'),
      'logit_bias',
      'logprobs',
      'top_logprobs',
      'top_k',
      'metadata',
      'n',
    ],
  },
  deepseek: { ...reasons, jsonModes: ['json-object'], refuses: openaiHints },
  moonshot: { ...reasons, refuses: [...openaiHints, 'top_k'] },
  zhipu: {
    ...reasons,
    // vectorize-io/hindsight#4246, songquanpeng/one-api#1153
    toolChoices: ['auto'],
    maxTemperature: 1,
    maxStops: 1,
    maxUser: 128,
    refuses: openaiHints,
    jsonModes: ['json-object'],
  },
  xai: other,
  openrouter: {
    maxUser: 128,
    customTools: false,
    cacheMarks: 'everywhere',
    reasoningHistory: 'accepted',
    reasoningFields: ['reasoning_details'],
  },
  perplexity: { ...other, alternating: true, lastTurn: 'user' },
  ollama: { ...other, urls: 'none' },
  vllm: reasons,
  sglang: reasons,
  'llama.cpp': reasons,
  'lm-studio': { ...other, toolChoices: ['auto', 'none', 'required'] },
};
