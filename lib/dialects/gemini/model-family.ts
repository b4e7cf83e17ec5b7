import type { JsonObject } from '../../stream/json.ts';
import type { Reasoning } from '../../stream/request.ts';

/** How models behind Gemini's API differ in what they take. */
export interface ModelFamily {
  /** The thinkingConfig for what was asked; nothing from a model that does not think. */
  readonly thinking: (reasoning: Reasoning, model: string) => JsonObject | undefined;
  /** It refuses the first call of a turn without the signature of its thoughts. */
  readonly signedCalls: boolean;
  /** Google fetches files from public URLs for it. */
  readonly fetchesUrls: boolean;
  /** It has a place of its own for what the system says. */
  readonly systemInstruction: boolean;
}

type Effort = NonNullable<Reasoning['effort']>;

/** Google's own equivalents of OpenAI's words, in tokens to think with; the most is the least maximum of the models. */
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
    // The pro model cannot stop thinking: it thinks as little as it can.
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

/** By the model's name, the first that matches; what is newer is like Gemini 3. */
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
