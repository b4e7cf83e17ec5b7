import type { Family } from './family.ts';
import type { Effort, Requirements } from './requirements.ts';

/* Google's models. Sources: Google's guides to models, to thinking and to function calling. */

/** Google's own equivalents of OpenAI's efforts. The most is the least maximum of the models. */
const effortBudgets: Readonly<Record<Effort, number>> = {
  minimal: 1024,
  low: 1024,
  medium: 8192,
  high: 24_576,
  xhigh: 24_576,
  max: 24_576,
};

const budget: Requirements = {
  jsonWithTools: false,
  thinking: 'budget',
  budget: [512, 24_576],
  effortBudgets,
  maxOutputTokens: 65_536,
};

const level: Requirements = {
  thinking: 'level',
  efforts: ['low', 'medium', 'high'],
  budget: [512, 24_576],
  thinkingOff: 'refused',
  signedCalls: true,
  maxOutputTokens: 65_536,
};

const plain: Requirements = { jsonWithTools: false, thinking: 'none', urls: 'none', maxOutputTokens: 8192 };

/** A model that isn't known is like the newest. */
export const newestGemini = level;

export const gemini: Partial<Record<Family, Requirements>> = {
  // It has no field for instructions.
  'gemma-3': { ...plain, system: 'in-user-turn' },
  'gemini-1': plain,
  'gemini-image': { thinking: 'none', maxOutputTokens: 32_768, refuses: ['frequency_penalty', 'presence_penalty'] },
  'gemini-2-5-pro': { ...budget, budget: [128, 24_576], thinkingOff: 'refused' },
  'gemini-2-5-flash-lite': budget,
  'gemini-2-5': budget,
  'gemini-3-flash': { ...level, efforts: ['minimal', 'low', 'medium', 'high'] },
  'gemini-3-pro': { ...level, efforts: ['low', 'high'] },
  'gemini-3-1-pro': level,
};
