import type { ModelRequest, Reasoning } from '../../stream/request.ts';

/** Tokens to think with, for each word that other dialects have. */
const budgets: Readonly<Record<NonNullable<Reasoning['effort']>, number>> = {
  minimal: 1024,
  low: 2048,
  medium: 8192,
  high: 16_384,
  xhigh: 32_768,
  max: 32_768,
};

const minBudget = 1024;

/** How many tokens an answer may have where nobody says: the API has no default of its own. */
export const defaultMaxTokens = 8192;

/**
 * The budget for this request of another dialect, always below its `max_tokens`: a budget that the caller named, or
 * by its word of effort at most half of what it allows for the whole answer.
 *
 * `undefined` when it is not to think, or cannot: too few tokens; a tool that is forced; a turn that is to be gone on
 * with. Thinking is then refused by the API, and it is only a hint.
 */
export function thinkingBudget({ parameters, messages }: ModelRequest): number | undefined {
  const { reasoning, maxOutputTokens: maxTokens = defaultMaxTokens, toolChoice } = parameters;
  if (!reasoning?.enabled) return undefined;
  if (toolChoice && toolChoice.type !== 'auto' && toolChoice.type !== 'none') return undefined;
  if (messages.at(-1)?.role === 'assistant' || endsInUnsignedCall(messages)) return undefined;
  const { budgetTokens, effort = 'medium' } = reasoning;
  const budget =
    budgetTokens === undefined ? Math.min(budgets[effort], Math.floor(maxTokens / 2)) : Math.min(budgetTokens, maxTokens - 1);
  return budget >= minBudget ? budget : undefined;
}

/** With thinking on, the turn that called the latest tools has to begin with its own, which other dialects do not keep. */
function endsInUnsignedCall(messages: ModelRequest['messages']): boolean {
  const content = messages.findLast(({ role }) => role === 'assistant')?.content ?? [];
  const signed = content.some((part) => part.type === 'redacted-reasoning' || (part.type === 'reasoning' && part.signature));
  return !signed && content.some(({ type }) => type === 'tool-call');
}
