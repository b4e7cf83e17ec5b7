import type { ModelRequest, Reasoning } from '../../stream/request.ts';

/** The thinking budget for each effort level of other dialects. */
const budgets: Readonly<Record<NonNullable<Reasoning['effort']>, number>> = {
  minimal: 1024,
  low: 2048,
  medium: 8192,
  high: 16_384,
  xhigh: 32_768,
  max: 32_768,
};

const minBudget = 1024;

/** The default output limit, because the API requires one. */
export const defaultMaxTokens = 8192;

/**
 * The thinking budget for a request from another dialect. It is always below `max_tokens`. It is the client's budget,
 * or for an effort level at most half of the output limit.
 *
 * `undefined` if thinking is off or impossible, because there are too few tokens, a tool is forced, or a turn has to
 * be continued. The API would reject thinking in these cases, and thinking is only a hint.
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

/**
 * With thinking on, the turn with the latest tool calls must begin with its own thinking, which other dialects don't
 * keep.
 */
function endsInUnsignedCall(messages: ModelRequest['messages']): boolean {
  const content = messages.findLast(({ role }) => role === 'assistant')?.content ?? [];
  const signed = content.some((part) => part.type === 'redacted-reasoning' || (part.type === 'reasoning' && part.signature));
  return !signed && content.some(({ type }) => type === 'tool-call');
}
