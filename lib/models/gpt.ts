import type { Family } from './family.ts';
import type { Requirements } from './requirements.ts';

/*
 * OpenAI's models, at OpenAI, at Azure and at those who resell them. Sources: OpenAI's model pages and its guide to
 * reasoning, and the reports named beside an entry.
 */

const plain: Requirements = { thinking: 'none', refuses: ['verbosity'], maxOutputTokens: 16_384 };

const reasoning: Requirements = {
  thinking: 'effort',
  efforts: ['low', 'medium', 'high'],
  thinkingOff: 'refused',
  thinksByDefault: true,
  sampling: 'without-thinking',
  maxStops: 0,
  maxOutputTokens: 100_000,
};

const series: Requirements = { ...reasoning, refuses: ['verbosity', 'parallel_tool_calls'] };

const five: Requirements = {
  ...reasoning,
  efforts: ['minimal', 'low', 'medium', 'high'],
  maxOutputTokens: 128_000,
};

/** Reasons only on request. */
const fiveOne: Requirements = {
  thinking: 'effort',
  efforts: ['low', 'medium', 'high'],
  sampling: 'without-thinking',
  maxStops: 0,
  maxOutputTokens: 128_000,
};

const fiveTwo: Requirements = { ...fiveOne, efforts: ['low', 'medium', 'high', 'xhigh'] };

export const gpt: Partial<Record<Family, Requirements>> = {
  'gpt-5-chat': plain,
  'gpt-5-pro': { ...five, efforts: ['high'] },
  'gpt-5-1-pro': { ...five, efforts: ['medium', 'high', 'xhigh'] },
  'gpt-5-codex': { ...five, efforts: ['low', 'medium', 'high', 'xhigh'] },
  // openai/openai-openapi#541, BerriAI/litellm#34569
  'gpt-5-6': { ...fiveTwo, thinksByDefault: true, thinkingWithTools: 'in-responses' },
  'gpt-5-4': { ...fiveTwo, thinkingWithTools: 'in-responses' },
  'gpt-5-2': fiveTwo,
  'gpt-5-1': fiveOne,
  'gpt-5': five,
  'o-pro': series,
  o1: { ...series, maxStops: 4 },
  'o-series': series,
  'gpt-4-1': { ...plain, maxOutputTokens: 32_768 },
  'gpt-4o': plain,
  'gpt-completions': { ...plain, maxOutputTokens: 4096 },
  'gpt-4-turbo': { ...plain, maxOutputTokens: 4096 },
  'gpt-4': { ...plain, maxOutputTokens: 8192 },
};
