import type { Json, JsonObject } from '../../stream/json.ts';
import type { ModelRequest } from '../../stream/request.ts';
import type { BuiltRequest } from '../dialect.ts';
import { lenientObject } from '../lenient-fields.ts';
import { mapParameters } from '../map-parameters.ts';
import { parameterWriters } from './build-parameters.ts';
import { buildTurns } from './build-turns.ts';
import { defaultMaxTokens } from './default-max-tokens.ts';
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
function passthroughMembers({ body, parameters }: ModelRequest): { members: JsonObject; dropped: string[] } {
  const maxTokens = parameters.maxOutputTokens;
  if (maxTokens === undefined) return { members: body, dropped: [] };
  const thinking = lenientObject(body.thinking);
  const lowered = isAtLeast(thinking.budget_tokens, maxTokens) && { thinking: { ...thinking, budget_tokens: maxTokens - 1 } };
  return { members: { ...body, max_tokens: maxTokens, ...lowered }, dropped: [] };
}

function translated(request: ModelRequest): { members: JsonObject; dropped: string[] } {
  const { fields, dropped } = mapParameters(request, parameterWriters);
  return { members: { max_tokens: defaultMaxTokens, ...buildTurns(request), ...fields }, dropped };
}

/** As `ProviderDialect.spell`. */
export function spell(request: ModelRequest): JsonObject {
  return { ...buildTurns(request), ...mapParameters({ ...request, unknown: [] }, parameterWriters).fields };
}

function isAtLeast(value: Json | undefined, bound: number): boolean {
  return typeof value === 'number' && value >= bound;
}
