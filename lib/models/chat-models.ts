import type { JsonObject } from '../stream/json.ts';
import type { Reasoning } from '../stream/request.ts';
import type { Family } from './family.ts';
import type { Requirements } from './requirements.ts';

/*
 * Models that many chat servers host. Sources: the vendors' API references, and the reports named beside an entry.
 */

/** The switch of DeepSeek, Moonshot and Zhipu. */
const switched = ({ enabled }: Reasoning): JsonObject => ({ thinking: { type: enabled ? 'enabled' : 'disabled' } });

const required: Requirements = { reasoningHistory: 'required', reasoningFields: ['reasoning_content'] };

export const chatModels: Partial<Record<Family, Requirements>> = {
  // earendil-works/pi#1048: a tool loop has to bring back its reasoning.
  'deepseek-reasoner': { ...required, toolChoices: ['auto', 'none'] },
  'deepseek-r1': {},
  // QuantumNous/new-api#3121, anomalyco/opencode#10996, HKUDS/nanobot#202
  'kimi-thinking': {
    ...required,
    sampling: 'none',
    refuses: ['n'],
    toolChoices: ['auto', 'none'],
  },
  'gpt-oss': { thinking: 'effort', efforts: ['low', 'medium', 'high'], thinkingOff: 'refused' },
  // yym68686/uni-api#105, miaoxworld/NativeTavern#83
  'grok-3-mini': {
    thinking: 'effort',
    efforts: ['low', 'high'],
    refuses: ['frequency_penalty', 'presence_penalty', 'logit_bias'],
  },
  'grok-4': { thinking: 'none', maxStops: 0, refuses: ['frequency_penalty', 'presence_penalty', 'logit_bias'] },
  'grok-4-3': { refuses: ['frequency_penalty', 'presence_penalty', 'logit_bias'], maxStops: 0 },
  // They don't reason, and Groq refuses an effort for them.
  'llama-4': { thinking: 'none' },
  'llama-3-3': { thinking: 'none' },
  'llama-3': { thinking: 'none' },
  // Their chat templates want turns that alternate.
  'gemma-3': { alternating: true, firstTurn: 'user' },
};

/** The same for a server that has the model vendor's switch. */
export const ownSwitch: Partial<Record<Family, Requirements>> = {
  'deepseek-reasoner': { thinking: switched },
  'kimi-thinking': { thinking: switched },
  'glm-4-5': { thinking: switched },
};

/** Servers that have the vendors' switch. */
export const hasOwnSwitch: ReadonlySet<string> = new Set(['deepseek', 'moonshot', 'zhipu']);
