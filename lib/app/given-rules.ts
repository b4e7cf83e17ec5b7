import type { ProviderConfig } from '../config/schema.ts';
import type { Requirements } from '../models/requirements.ts';

/** An operator's rules. Reasoning is returned in the member that most servers use for it. */
export function givenRules(rules: ProviderConfig['rules']): Requirements {
  const { reasoningHistory, ...others } = rules ?? {};
  const given = Object.fromEntries(Object.entries(others).filter(([, value]) => value !== undefined));
  if (reasoningHistory === undefined) return given;
  const isBack = reasoningHistory !== 'refused';
  return { ...given, reasoningHistory, ...(isBack && { reasoningFields: ['reasoning_content'] }) };
}
