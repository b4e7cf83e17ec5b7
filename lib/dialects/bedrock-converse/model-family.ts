import type { JsonObject } from '../../stream/json.ts';
import { thinkingBudget } from '../anthropic/thinking.ts';
import type { ParameterWriters } from '../map-parameters.ts';

/** How model families on Bedrock differ in what Converse accepts for them. */
export interface ModelFamily {
  /** Parameters that this family writes differently or doesn't support. */
  readonly writers: ParameterWriters;
  /** Signed or opaque reasoning of earlier turns is sent back. Other families reject it. */
  readonly takesReasoning: boolean;
  /** Where prompt cache marks are allowed. Anywhere else they are an error. */
  readonly cachePoints: 'everywhere' | 'messages' | 'nowhere';
  /** `strict` of a tool. */
  readonly strictTools: boolean;
}

const leaveOut = () => undefined;

/** Claude up to 4.6: sampling parameters and thinking with a budget, which exclude each other. */
const budgetClaude: ModelFamily = {
  writers: {
    temperature: (temperature, request) =>
      thinkingBudget(request) === undefined ? { inferenceConfig: { temperature: temperature } } : undefined,
    // From 4.5 on, `temperature` together with `topP` is an error.
    topP: (topP, request) =>
      request.parameters.temperature === undefined && thinkingBudget(request) === undefined
        ? { inferenceConfig: { topP } }
        : undefined,
    topK: (topK, request) =>
      thinkingBudget(request) === undefined ? { additionalModelRequestFields: { top_k: topK } } : undefined,
    reasoning: (reasoning, request) => {
      const budget = thinkingBudget(request);
      if (!reasoning.enabled) return {};
      return budget === undefined ? undefined : thinking({ type: 'enabled', budget_tokens: budget });
    },
  },
  takesReasoning: true,
  cachePoints: 'everywhere',
  strictTools: true,
};

/** Claude from Opus 4.7 on: no sampling parameters, and thinking by effort. */
const adaptiveClaude: ModelFamily = {
  ...budgetClaude,
  writers: {
    temperature: leaveOut,
    topP: leaveOut,
    topK: leaveOut,
    reasoning: (reasoning, request) => {
      if (!reasoning.enabled) return thinking({ type: 'disabled' });
      if (thinkingBudget(request) === undefined) return undefined;
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

/** An ARN of the account, which doesn't show the model. Parameters that only some models reject are sent. */
const unnamed: ModelFamily = { writers: {}, takesReasoning: true, cachePoints: 'everywhere', strictTools: true };

const others: ModelFamily = { writers: {}, takesReasoning: false, cachePoints: 'nowhere', strictTools: false };

/** By model id, inference profile or ARN. The first match counts. */
const families: [RegExp, ModelFamily][] = [
  [/claude-(v?[12](?!\d)|instant|3|(opus|sonnet|haiku)-4-([0-6](?!\d)|20\d{6}))/, budgetClaude],
  [/anthropic\.claude/, adaptiveClaude],
  [/amazon\.nova/, nova],
  [/^arn:[^/]*:(application-inference-profile|provisioned-model|prompt-router|default-prompt-router)\//, unnamed],
];

export function familyOf(model: string): ModelFamily {
  return families.find(([pattern]) => pattern.test(model))?.[1] ?? others;
}

function thinking(value: JsonObject): JsonObject {
  return { additionalModelRequestFields: { thinking: value } };
}
