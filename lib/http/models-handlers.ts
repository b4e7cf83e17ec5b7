import type { KeyRecord } from '../access/keys.ts';
import type { Sluice } from '../app/sluice.ts';
import { SluiceError } from '../stream/errors.ts';
import type { JsonObject } from '../stream/json.ts';
import { authenticate } from './authenticate.ts';
import { type ErrorDialectOf, withRequestContext } from './request-context.ts';

/**
 * `GET /v1/models`: the names that this key may use, in one body that OpenAI, Anthropic and Codex clients accept.
 * Codex fails without a `models` array. Its entries have another format, so the array is empty.
 */
export function listModelsHandler(sluice: Sluice, dialectOf: ErrorDialectOf) {
  return withRequestContext(sluice, dialectOf, async (context, requestContext) => {
    const key = await authenticate(sluice, context.req.raw, context.env);
    return requestContext.json(list(allowed(sluice, key)));
  });
}

/**
 * Prediction Guard's clients list the models of a capability, `GET /models/chat-completion`. Every model here has
 * these.
 */
const capabilities = new Set(['chat-completion', 'chat-completions', 'completion', 'completions']);

/** `GET /v1/models/{id}`. The id may contain slashes, encoded or not. */
export function showModelHandler(sluice: Sluice, dialectOf: ErrorDialectOf) {
  return withRequestContext(sluice, dialectOf, async (context, requestContext) => {
    const key = await authenticate(sluice, context.req.raw, context.env);
    const id = decoded(context.req.param('id') ?? '');
    const names = allowed(sluice, key);
    if (names.includes(id)) return requestContext.json(model(id));
    if (capabilities.has(id)) return requestContext.json(list(names));
    throw new SluiceError('model_not_found', `The model \`${id}\` does not exist or this key may not use it.`, {
      param: 'model',
    });
  });
}

/** Text with invalid percent-encoding is used unchanged. */
function decoded(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    return id;
  }
}

function allowed(sluice: Sluice, key: KeyRecord): string[] {
  return sluice.routes.names.filter((name) => key.models.includes('*') || key.models.includes(name));
}

function list(names: readonly string[]): JsonObject {
  return {
    object: 'list',
    data: names.map(model),
    has_more: false,
    first_id: names[0] ?? null,
    last_id: names.at(-1) ?? null,
    models: [],
  };
}

/** The creation time of a model is unknown. Anthropic documents the epoch as the value for that. */
function model(id: string): JsonObject & { id: string } {
  return {
    id,
    object: 'model',
    created: 0,
    owned_by: 'sluice',
    type: 'model',
    display_name: id,
    created_at: '1970-01-01T00:00:00Z',
  };
}
