import type { JsonObject } from '../../stream/json.ts';
import type { Reasoning } from '../../stream/request.ts';

/** How models behind the Gemini API differ. */
export interface ModelFamily {
  /** The thinkingConfig for a reasoning setting. Undefined for a model without thinking. */
  readonly thinking: (reasoning: Reasoning, model: string) => JsonObject | undefined;
  /** Rejects the first call of a turn without the signature of its reasoning. */
  readonly signedCalls: boolean;
  /** Google can fetch files from public URLs for it. */
  readonly fetchesUrls: boolean;
  /** Has a separate field for system text. */
  readonly systemInstruction: boolean;
}

type Effort = NonNullable<Reasoning['effort']>;

/**
 * Google's equivalents of OpenAI's effort levels, in thinking tokens. The highest is the lowest maximum of the
 * models.
 */
const budgets: Readonly<Record<Effort, number>> = {
  minimal: 1024,
  low: 1024,
  medium: 8192,
  high: 24_576,
  xhigh: 24_576,
  max: 24_576,
};

const leastBudget = 512;

const levels: Readonly<Record<Effort, string>> = {
  minimal: 'minimal',
  low: 'low',
  medium: 'medium',
  high: 'high',
  xhigh: 'high',
  max: 'high',
};

const byBudget: ModelFamily = {
  thinking: ({ enabled, effort, budgetTokens }, model) => {
    // The pro model can't turn thinking off, so it gets the minimum.
    if (!enabled) return { thinkingBudget: model.includes('pro') ? 128 : 0 };
    const budget = effort && budgetTokens === undefined ? budgets[effort] : budgetTokens;
    return { includeThoughts: true, ...(budget !== undefined && { thinkingBudget: bounded(budget) }) };
  },
  signedCalls: false,
  fetchesUrls: true,
  systemInstruction: true,
};

const byLevel: ModelFamily = {
  thinking: ({ enabled, effort, budgetTokens }, model) => {
    const least = model.includes('pro') ? 'low' : 'minimal';
    if (!enabled) return { thinkingLevel: least };
    if (budgetTokens !== undefined) return { includeThoughts: true, thinkingBudget: bounded(budgetTokens) };
    const level = effort === 'minimal' ? least : effort && levels[effort];
    return { includeThoughts: true, ...(level && { thinkingLevel: level }) };
  },
  signedCalls: true,
  fetchesUrls: true,
  systemInstruction: true,
};

const thoughtless: ModelFamily = {
  thinking: () => undefined,
  signedCalls: false,
  fetchesUrls: false,
  systemInstruction: true,
};

/** By model name. The first match counts. Newer models are treated like Gemini 3. */
const families: readonly [RegExp, ModelFamily][] = [
  [/^gemma-[123]/, { ...thoughtless, systemInstruction: false }],
  [/^gemini-(1|2\.0)/, thoughtless],
  [/^gemini-2\.5/, byBudget],
];

export function familyOf(model: string): ModelFamily {
  return families.find(([pattern]) => pattern.test(model))?.[1] ?? byLevel;
}

function bounded(budget: number): number {
  return Math.min(Math.max(budget, leastBudget), budgets.max);
}
