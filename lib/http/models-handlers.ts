import type { KeyRecord } from '../access/keys.ts';
import type { Sluice } from '../app/sluice.ts';
import { SluiceError } from '../stream/errors.ts';
import type { JsonObject } from '../stream/json.ts';
import { authenticate } from './authenticate.ts';
import { type ErrorDialectOf, withRequestContext } from './request-context.ts';

/** How a client family reads a model. Prediction Guard's differs in `created`. */
export type ModelForm = 'openai' | 'prediction-guard';
type ModelFormOf = (request: Request) => ModelForm;

/**
 * `GET /v1/models`: the names that this key may use, in one body that OpenAI, Anthropic and Codex clients accept.
 * Codex fails without a `models` array. Its entries have another format, so the array is empty.
 */
export function listModelsHandler(sluice: Sluice, dialectOf: ErrorDialectOf, formOf: ModelFormOf = () => 'openai') {
  return withRequestContext(sluice, dialectOf, async (context, requestContext) => {
    const key = await authenticate(sluice, context.req.raw, context.env);
    return requestContext.json(list(allowed(sluice, key), formOf(context.req.raw)));
  });
}

/**
 * Prediction Guard's clients list the models of a capability, `GET /models/chat-completion`, and whether a model here
 * has it. Every model can chat and complete text. A list of another capability is empty, not an error.
 */
const capabilities: ReadonlyMap<string, boolean> = new Map([
  ['chat-completion', true],
  ['chat-completions', true],
  ['completion', true],
  ['completions', true],
  ['audio-transcription', false],
  ['chat-vision', false],
  ['chat-with-image', false],
  ['document', false],
  ['embedding', false],
  ['embedding-with-image', false],
  ['embeddings', false],
  ['rerank', false],
  ['responses', false],
  ['tokenize', false],
  ['vision', false],
]);

/** `GET /v1/models/{id}`. The id may contain slashes, encoded or not. */
export function showModelHandler(sluice: Sluice, dialectOf: ErrorDialectOf, formOf: ModelFormOf = () => 'openai') {
  return withRequestContext(sluice, dialectOf, async (context, requestContext) => {
    const key = await authenticate(sluice, context.req.raw, context.env);
    const form = formOf(context.req.raw);
    const id = decoded(context.req.param('id') ?? '');
    const names = allowed(sluice, key);
    if (names.includes(id)) return requestContext.json(model(id, form));
    const isCapability = capabilities.get(id);
    if (isCapability !== undefined) return requestContext.json(list(isCapability ? names : [], form));
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

function list(names: readonly string[], form: ModelForm): JsonObject {
  return {
    object: 'list',
    data: names.map((name) => model(name, form)),
    has_more: false,
    first_id: names[0] ?? null,
    last_id: names.at(-1) ?? null,
    models: [],
  };
}

/** The creation time of a model is unknown. Anthropic documents the epoch as the value for that. */
function model(id: string, form: ModelForm): JsonObject & { id: string } {
  const createdAt = '1970-01-01T00:00:00Z';
  return {
    id,
    object: 'model',
    created: form === 'openai' ? 0 : createdAt,
    owned_by: 'sluice',
    type: 'model',
    display_name: id,
    created_at: createdAt,
  };
}
