import type { Json, JsonObject } from '../../stream/json.ts';
import type { ModelRequest } from '../../stream/request.ts';
import { defaultMaxTokens, thinkingBudget } from '../anthropic/thinking.ts';
import { clampParameters } from '../clamp-parameters.ts';
import type { BuiltRequest } from '../dialect.ts';
import { lenientObject } from '../lenient-fields.ts';
import { mapParameters } from '../map-parameters.ts';
import { parameterWriters } from './build-parameters.ts';
import { buildTurns } from './build-turns.ts';
import { dialectName } from './wire.ts';

/** The body for a provider of this dialect. See AnthropicMessagesQuirks for `bodyVersion`. */
export function build(request: ModelRequest, model: string, bodyVersion: string | undefined): BuiltRequest {
  const { members, dropped } = request.dialect === dialectName ? passthroughMembers(request) : translated(request);
  const { model: _model, stream: _stream, anthropic_version: _version, anthropic_beta: beta, ...body } = members;
  const betas = Array.isArray(beta) ? beta : [];
  if (bodyVersion !== undefined) {
    return { body: { anthropic_version: bodyVersion, ...(betas.length > 0 && { anthropic_beta: betas }), ...body }, dropped };
  }
  const headers = betas.length > 0 && { headers: { 'anthropic-beta': betas.join(',') } };
  return { body: { model, ...body, stream: true }, dropped, ...headers };
}

/**
 * A request of this dialect passes unchanged. Only its output limit may have been lowered, and the thinking budget
 * must stay below it.
 */
function passthroughMembers({ body: original, parameters, appended = [] }: ModelRequest): {
  members: JsonObject;
  dropped: string[];
} {
  const more = appended.length > 0 &&
    Array.isArray(original.messages) && { messages: [...original.messages, ...buildTurns(appended).messages] };
  const body: JsonObject = { ...original, ...more };
  const maxTokens = parameters.maxOutputTokens;
  if (maxTokens === undefined) return { members: body, dropped: [] };
  const thinking = lenientObject(body.thinking);
  const lowered = isAtLeast(thinking.budget_tokens, maxTokens) && { thinking: { ...thinking, budget_tokens: maxTokens - 1 } };
  return { members: { ...body, max_tokens: maxTokens, ...lowered }, dropped: [] };
}

const maxTemperature = 1;

function translated(original: ModelRequest): { members: JsonObject; dropped: string[] } {
  const { request, lowered } = clampParameters(original, { temperature: maxTemperature });
  const turns = buildTurns(request.messages);
  const { fields, dropped } = mapParameters(request, parameterWriters(thinkingBudget(request)));
  // Sluice only reports a lowered temperature if it sends one.
  const reported = lowered.filter((name) => !dropped.includes(name));
  return { members: { max_tokens: defaultMaxTokens, ...turns, ...fields }, dropped: [...dropped, ...reported] };
}

function isAtLeast(value: Json | undefined, bound: number): boolean {
  return typeof value === 'number' && value >= bound;
}
