import type { Family } from './family.ts';
import type { Effort, Requirements } from './requirements.ts';

/*
 * Claude, wherever it is hosted. Sources: Anthropic's model overview, its guides to extended and adaptive thinking, to
 * effort and to migration, and the reports named beside an entry.
 */

const budget: Requirements = {
  thinking: 'budget',
  budget: [1024, 128_000],
  thinkingInAnswer: true,
  efforts: [],
  sampling: 'one',
  maxOutputTokens: 64_000,
};

/** Before Opus 4.1 and Sonnet 4.5: no output format. */
const unformatted: Requirements = { jsonModes: [] };

const plain: Requirements = { thinking: 'none', efforts: [], maxOutputTokens: 8192 };

/** From Opus 4.7 on: no sampling, no budget, and no turn of its own to continue. */
const adaptive: Requirements = {
  thinking: 'adaptive',
  efforts: ['low', 'medium', 'high', 'xhigh', 'max'],
  sampling: 'none',
  lastTurn: 'user',
  maxOutputTokens: 128_000,
};

/** Takes a budget and adaptive thinking. */
const either: Requirements = {
  ...budget,
  thinking: 'either',
  efforts: ['low', 'medium', 'high', 'max'] satisfies Effort[],
  lastTurn: 'user',
};

export const claude: Partial<Record<Family, Requirements>> = {
  'claude-2': { ...plain, maxOutputTokens: 4096, strictTools: 'never' },
  'claude-3': { ...plain, ...unformatted, maxOutputTokens: 4096 },
  'claude-3-5': { ...plain, ...unformatted },
  'claude-3-7': { ...budget, ...unformatted },
  'claude-4': { ...budget, ...unformatted, maxOutputTokens: 32_000 },
  'claude-opus-4-1': { ...budget, maxOutputTokens: 32_000 },
  'claude-4-5': budget,
  'claude-opus-4-5': { ...budget, efforts: ['low', 'medium', 'high'] },
  'claude-opus-4-6': { ...either, maxOutputTokens: 128_000 },
  'claude-sonnet-4-6': either,
  'claude-opus-4-7': adaptive,
  // Always thinks (cline/cline#13203).
  'claude-fable': { ...adaptive, thinkingOff: 'refused' },
};
