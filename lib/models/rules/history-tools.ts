import type { Tool } from '../../stream/request.ts';
import { callsIn, withParameters } from '../conversation.ts';
import type { Rule } from '../rule.ts';

/** Declares the tools that the history calls, where calls are refused without them and the client declares none. */
export const historyTools: Rule = (request, { requirements }) => {
  if (requirements.toolsOfHistory !== 'declared' || request.parameters.tools) return request;
  const calls = callsIn(request);
  const names = [...new Set(calls.map(({ name }) => name))];
  if (names.length === 0) return request;
  const field = calls[0]?.field ?? 'tools';
  const tools = names.map((name): Tool => ({ field, type: 'function', name, schema: { type: 'object' } }));
  return withParameters(request, { tools });
};
