import type { JsonObject } from '../../stream/json.ts';
import type { ModelRequest, Reasoning } from '../../stream/request.ts';
import type { ParameterWriters } from '../carry.ts';

/** How models that Bedrock serves differ in what Converse takes for them. */
export interface ModelFamily {
  /** Parameters that this family says in a way of its own, or not at all. */
  readonly writers: ParameterWriters;
  /** Signed or opaque reasoning of earlier turns goes back; other families refuse it. */
  readonly takesReasoning: boolean;
  /** Where marks for the prompt cache may stand; elsewhere they are an error. */
  readonly cachePoints: 'everywhere' | 'messages' | 'nowhere';
  /** `strict` of a tool. */
  readonly strictTools: boolean;
}

const leaveOut = () => undefined;

/** Claude up to 4.6: sampling parameters, and thinking by a budget, with which they do not go together. */
const budgetClaude: ModelFamily = {
  writers: {
    temperature: (temperature, request) =>
      budgetOf(request) === undefined ? { inferenceConfig: { temperature: Math.min(temperature, 1) } } : undefined,
    // From 4.5 on `temperature` and `topP` together are an error.
    topP: (topP, request) =>
      request.parameters.temperature === undefined && budgetOf(request) === undefined ? { inferenceConfig: { topP } } : undefined,
    topK: (topK, request) => (budgetOf(request) === undefined ? { additionalModelRequestFields: { top_k: topK } } : undefined),
    reasoning: (reasoning, request) => {
      const budget = budgetOf(request);
      if (!reasoning.enabled) return {};
      return budget === undefined ? undefined : thinking({ type: 'enabled', budget_tokens: budget });
    },
  },
  takesReasoning: true,
  cachePoints: 'everywhere',
  strictTools: true,
};

/** Claude from Opus 4.7 on: no sampling parameters, and thinking by an effort. */
const adaptiveClaude: ModelFamily = {
  ...budgetClaude,
  writers: {
    temperature: leaveOut,
    topP: leaveOut,
    topK: leaveOut,
    reasoning: (reasoning, request) => {
      if (!reasoning.enabled) return thinking({ type: 'disabled' });
      if (forbidsThinking(request)) return undefined;
      const effort = reasoning.effort === 'minimal' ? 'low' : reasoning.effort;
      return { ...thinking({ type: 'adaptive' }), ...(effort && { outputConfig: { effort } }) };
    },
  },
};

const nova: ModelFamily = {
  writers: { topK: (topK) => ({ additionalModelRequestFields: { inferenceConfig: { topK } } }) },
  takesReasoning: false,
  cachePoints: 'messages',
  strictTools: false,
};

/** An ARN of the account's own, which does not tell the model: what only some models refuse is sent. */
const unnamed: ModelFamily = { writers: {}, takesReasoning: true, cachePoints: 'everywhere', strictTools: true };

const others: ModelFamily = { writers: {}, takesReasoning: false, cachePoints: 'nowhere', strictTools: false };

/** By the model's id, inference profile or ARN; the first that matches. */
const families: [RegExp, ModelFamily][] = [
  [/claude-(v?[12](?!\d)|instant|3|(opus|sonnet|haiku)-4-([0-6](?!\d)|20\d{6}))/, budgetClaude],
  [/anthropic\.claude/, adaptiveClaude],
  [/amazon\.nova/, nova],
  [/^arn:[^/]*:(application-inference-profile|provisioned-model|prompt-router|default-prompt-router)\//, unnamed],
];

export function familyOf(model: string): ModelFamily {
  return families.find(([pattern]) => pattern.test(model))?.[1] ?? others;
}

const minimalBudget = 1024;
const budgets: Record<NonNullable<Reasoning['effort']>, number> = {
  minimal: minimalBudget,
  low: 2048,
  medium: 8192,
  high: 16_384,
  xhigh: 24_576,
  max: 32_000,
};

/** How many tokens may be thought, or `undefined` where the request leaves no room for thinking. */
function budgetOf(request: ModelRequest): number | undefined {
  const { reasoning, maxOutputTokens = Number.POSITIVE_INFINITY } = request.parameters;
  if (!reasoning?.enabled || forbidsThinking(request)) return undefined;
  // The budget is a part of the output: a fifth of it at least is left for the answer.
  const budget = reasoning.budgetTokens ?? Math.min(budgets[reasoning.effort ?? 'medium'], Math.floor(maxOutputTokens * 0.8));
  return budget >= minimalBudget ? budget : undefined;
}

/**
 * Claude does not think where it must call a tool, nor in the middle of a turn with tools whose thinking the caller has
 * not sent back, as clients of OpenAI's dialect cannot: both are errors.
 */
function forbidsThinking({ parameters, messages }: ModelRequest): boolean {
  if (parameters.toolChoice?.type === 'required' || parameters.toolChoice?.type === 'tool') return true;
  const last = messages.findLast(({ role }) => role === 'assistant')?.content ?? [];
  const thought = last.some((part) => part.type === 'redacted-reasoning' || (part.type === 'reasoning' && part.signature));
  return last.some(({ type }) => type === 'tool-call') && !thought;
}

function thinking(value: JsonObject): JsonObject {
  return { additionalModelRequestFields: { thinking: value } };
}
