import type { JsonObject } from '../../stream/json.ts';
import type { ModelRequest, Reasoning } from '../../stream/request.ts';
import { spelled, withParameters } from '../conversation.ts';
import type { Effort, Requirements } from '../requirements.ts';
import type { Rule } from '../rule.ts';

/** From least to most. */
const efforts: readonly Effort[] = ['minimal', 'low', 'medium', 'high', 'xhigh', 'max'];

/** Tokens to think with, for each effort, where a model thinks by a budget. */
const budgets: Readonly<Record<Effort, number>> = {
  minimal: 1024,
  low: 2048,
  medium: 8192,
  high: 16_384,
  xhigh: 32_768,
  max: 32_768,
};

/** Efforts for budgets: up to so many tokens. */
const byBudget: readonly (readonly [upTo: number, effort: Effort])[] = [
  [4096, 'low'],
  [16_384, 'medium'],
  [Number.POSITIVE_INFINITY, 'high'],
];

/** The output limit if the request has none. */
const usualOutput = 8192;

/** Thinking as the model is made to do it. It is a hint: where the model can't, it is left out and listed. */
export const thinking: Rule = (request, context) => {
  const { reasoning } = request.parameters;
  const { requirements } = context;
  const { thinking: kind, thinkingOff } = requirements;
  if (!reasoning || kind === undefined) return request;
  if (typeof kind === 'function') {
    if (context.sameDialect && reasoning.effortOnly === undefined && isOwnWord(request, kind(reasoning))) return request;
    context.add(kind(reasoning));
    return withParameters(request, { reasoning: undefined });
  }
  const leaveOut = () => {
    context.drop(spelled(request, 'reasoning'));
    return withParameters(request, { reasoning: undefined });
  };
  if (!reasoning.enabled) return off(request, requirements, leaveOut);
  if (kind === 'none') return leaveOut();
  if (reasoning.effortOnly) return effortAlone(request, requirements, leaveOut);
  const made = forms[kind](request, reasoning, requirements, context.sameDialect);
  if (!made) return leaveOut();
  const { display } = reasoning;
  return same(made, reasoning) ? request : withParameters(request, { reasoning: { ...made, ...(display && { display }) } });
  function off(request: ModelRequest, { efforts: words }: Requirements, leaveOut: () => ModelRequest): ModelRequest {
    // A model that never thinks already has thinking off.
    if (kind === 'none') return withParameters(request, { reasoning: undefined });
    if (thinkingOff !== 'refused') return request;
    // The least that it can think, where there is a word for it.
    const [effort] = words ?? [];
    const [budgetTokens] = requirements.budget ?? [];
    if ((kind === 'effort' || kind === 'level') && effort)
      return withParameters(request, { reasoning: { enabled: false, effort } });
    if (kind === 'budget' && budgetTokens) return withParameters(request, { reasoning: { enabled: false, budgetTokens } });
    return leaveOut();
  }
};

/** The client's own body already has the member. */
function isOwnWord({ body }: ModelRequest, members: JsonObject): boolean {
  return Object.keys(members).some((name) => name in body);
}

/** An effort without thinking is Anthropic's word for how much to say. */
function effortAlone(request: ModelRequest, requirements: Requirements, leaveOut: () => ModelRequest): ModelRequest {
  const { reasoning } = request.parameters;
  const { thinking: kind, efforts: words } = requirements;
  if (!reasoning?.effort) return request;
  if (kind === 'budget' && !requirements.thinkingInAnswer) {
    return withParameters(request, {
      reasoning: withBudget(request, { enabled: true, effort: reasoning.effort }, requirements, false),
    });
  }
  if (!words) return request;
  if (words.length === 0) return leaveOut();
  const effort = nearest(reasoning.effort, words);
  if (kind === 'effort' || kind === 'level') return withParameters(request, { reasoning: { enabled: true, effort } });
  return effort === reasoning.effort ? request : withParameters(request, { reasoning: { ...reasoning, effort } });
}

type Form = (request: ModelRequest, reasoning: Reasoning, requirements: Requirements, own: boolean) => Reasoning | undefined;

const withBudget: Form = (request, reasoning, requirements, own) => {
  const { effort, budgetTokens } = reasoning;
  const { budget = [1024, Number.POSITIVE_INFINITY], effortBudgets = budgets, thinkingInAnswer } = requirements;
  const [least, most] = budget;
  if (!thinkingInAnswer) {
    const tokens = budgetTokens ?? (effort && effortBudgets[effort]);
    return { enabled: true, ...(tokens !== undefined && { budgetTokens: Math.max(Math.min(tokens, most), least) }) };
  }
  if (!own && !mayThink(request)) return undefined;
  if (endsInUnsignedCall(request.messages)) return undefined;
  const { maxOutputTokens = usualOutput } = request.parameters;
  // At most half of the answer's tokens, or what the client named.
  const within = budgetTokens === undefined ? Math.floor(maxOutputTokens / 2) : maxOutputTokens - 1;
  const tokens = Math.min(budgetTokens ?? effortBudgets[effort ?? 'medium'], within, most);
  const kept =
    effort && requirements.efforts?.length && reasoning.budgetTokens !== undefined
      ? { effort: nearest(effort, requirements.efforts) }
      : {};
  return tokens >= least ? { enabled: true, budgetTokens: tokens, ...kept } : undefined;
};

const adaptively: Form = (request, { effort, budgetTokens }, { efforts: words }, own) => {
  const { maxOutputTokens = usualOutput } = request.parameters;
  if (!own && (!mayThink(request) || maxOutputTokens < 2 * budgets.minimal)) return undefined;
  const asked = effort ?? (budgetTokens === undefined ? undefined : effortOfBudget(budgetTokens));
  return { enabled: true, adaptive: true, ...(asked && words && { effort: nearest(asked, words) }) };
};

const byEffort: Form = (_request, { effort, budgetTokens }, { efforts: words }) => {
  const asked = effort ?? (budgetTokens === undefined ? 'medium' : effortOfBudget(budgetTokens));
  const shown = budgetTokens === undefined ? {} : { budgetTokens };
  return { enabled: true, effort: words ? nearest(asked, words) : asked, ...shown };
};

/** A model with levels thinks as it likes where no level is named. */
const byLevel = ({ effort }: Reasoning, { efforts: words }: Requirements): Reasoning => ({
  enabled: true,
  ...(effort && { effort: words ? nearest(effort, words) : effort }),
});

const forms: Readonly<Record<'budget' | 'adaptive' | 'either' | 'effort' | 'level', Form>> = {
  budget: withBudget,
  adaptive: adaptively,
  either: (...given) => (given[1].adaptive ? adaptively(...given) : (withBudget(...given) ?? adaptively(...given))),
  effort: byEffort,
  level: (...given) =>
    given[1].effort || given[1].budgetTokens === undefined ? byLevel(given[1], given[2]) : withBudget(...given),
};

/** Whether the API lets the model think in this turn. It doesn't with a forced tool, or when the model continues its own turn. */
function mayThink({ parameters, messages }: ModelRequest): boolean {
  const { toolChoice } = parameters;
  if (toolChoice && toolChoice.type !== 'auto' && toolChoice.type !== 'none') return false;
  return messages.at(-1)?.role !== 'assistant';
}

/** With a budget, the turn that called the latest tools has to start with its signed thinking. */
function endsInUnsignedCall(messages: ModelRequest['messages']): boolean {
  const content = messages.findLast(({ role }) => role === 'assistant')?.content ?? [];
  const isSigned = content.some((part) => part.type === 'redacted-reasoning' || (part.type === 'reasoning' && part.signature));
  return !isSigned && content.some(({ type }) => type === 'tool-call');
}

/** The nearest of these efforts that is not above the requested one, or else the lowest. */
function nearest(asked: Effort, words: readonly Effort[]): Effort {
  const below = efforts.slice(0, efforts.indexOf(asked) + 1).findLast((word) => words.includes(word));
  return below ?? words[0] ?? asked;
}

function effortOfBudget(tokens: number): Effort {
  return byBudget.find(([upTo]) => tokens <= upTo)?.[1] ?? 'high';
}

function same(one: Reasoning, other: Reasoning): boolean {
  return one.effort === other.effort && one.budgetTokens === other.budgetTokens && one.adaptive === other.adaptive;
}
