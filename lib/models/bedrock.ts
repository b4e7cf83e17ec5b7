import type { JsonObject } from '../stream/json.ts';
import type { Reasoning } from '../stream/request.ts';
import type { Family } from './family.ts';
import type { Requirements } from './requirements.ts';

/*
 * What models accept by Bedrock's Converse beyond what they accept everywhere. Sources: AWS's tables of supported models
 * and model features, its guide to prompt caching, and the reports named beside an entry.
 */

const claude: Requirements = {
  topK: (topK) => ({ additionalModelRequestFields: { top_k: topK } }),
  cacheMarks: 'everywhere',
  visibleStops: true,
  reasoningHistory: 'accepted',
  signedReasoning: true,
  outputSchema: 'closed',
  toolSchema: { alternatives: 'merged', propertyNames: /^[a-zA-Z0-9_.-]{1,64}$/ },
};

const nova: Requirements = {
  topK: (topK) => ({ additionalModelRequestFields: { inferenceConfig: { topK } } }),
  // It refuses every other keyword at the top of a schema.
  toolSchema: { keywords: ['type', 'properties', 'required'], alternatives: 'merged' },
  cacheMarks: 'not-on-tools',
  lastTurn: 'user',
  strictTools: 'never',
  reasoningHistory: 'refused',
  maxStops: 4,
  maxOutputTokens: 10_000,
};

/** Nova 2 has no word for less than a low effort, and none for more than a high one. */
const novaThinking = ({ enabled, effort = 'medium' }: Reasoning): JsonObject => {
  const word = effort === 'minimal' ? 'low' : effort === 'xhigh' || effort === 'max' ? 'high' : effort;
  const config = enabled ? { type: 'enabled', maxReasoningEffort: word } : { type: 'disabled' };
  return { additionalModelRequestFields: { reasoningConfig: config } };
};

const open: Requirements = { lastTurn: 'user', strictTools: 'never', reasoningHistory: 'refused', cacheMarks: 'nowhere' };

/** AWS: tools only with Converse, and no choice among them. */
const llama: Requirements = {
  ...open,
  tools: 'not-streamed',
  toolChoices: ['auto'],
  mixedTurns: false,
  maxStops: 0,
  maxOutputTokens: 8192,
};

const mistral: Requirements = {
  ...open,
  toolChoices: ['auto', 'required'],
  mixedTurns: false,
  maxStops: 10,
  maxOutputTokens: 8192,
};

const text: Requirements = { ...open, tools: 'none', system: 'in-user-turn', maxOutputTokens: 4096 };

/** A model that isn't in the table. */
export const openOnBedrock = open;

/** A model that isn't known at all: what only some models take is left out. */
export const unknownOnBedrock: Requirements = { strictTools: 'never', reasoningHistory: 'refused', cacheMarks: 'nowhere' };

export const bedrock: Partial<Record<Family, Requirements>> = {
  'claude-2': { ...claude, maxStops: 4 },
  'claude-3': claude,
  'claude-3-5': claude,
  'claude-3-7': claude,
  'claude-4': claude,
  'claude-opus-4-1': claude,
  'claude-4-5': claude,
  'claude-opus-4-5': claude,
  'claude-opus-4-6': claude,
  'claude-sonnet-4-6': claude,
  'claude-opus-4-7': claude,
  'claude-fable': claude,
  'nova-2': { ...nova, thinking: novaThinking, maxOutputTokens: 65_536 },
  nova,
  'titan-premier': { ...text, maxOutputTokens: 3072 },
  titan: text,
  'llama-4': llama,
  'llama-3-3': llama,
  'llama-3': { ...llama, maxOutputTokens: 2048 },
  'llama-2': { ...llama, tools: 'none', maxOutputTokens: 2048 },
  mixtral: { ...text, maxStops: 10 },
  mistral,
  'command-r': { ...open, toolChoices: ['auto'], mixedTurns: false, maxStops: 4, maxOutputTokens: 4000 },
  command: { ...text, maxStops: 4, maxOutputTokens: 4000 },
  jamba: { ...open, toolChoices: ['auto'], maxOutputTokens: 4096 },
  'deepseek-r1': { ...open, tools: 'none', maxOutputTokens: 32_768 },
  'deepseek-chat': open,
  'deepseek-reasoner': open,
  'gpt-oss': open,
  'glm-4-5': open,
  'kimi-k2': open,
  'kimi-thinking': open,
  qwen3: open,
  qwen: open,
};
