import type { Context } from 'hono';
import type { KeyRecord } from '../access/keys.ts';
import type { Sluice } from '../sluice.ts';
import { SluiceError } from '../stream/errors.ts';
import type { JsonObject } from '../stream/json.ts';
import { admit } from './admit.ts';
import { type ErrorDialect, exchange } from './exchange.ts';

/**
 * `GET /v1/models`: the names this caller may use, in one body that OpenAI, Anthropic and Codex clients accept. Codex
 * fails without a `models` array; its entries have a form of their own, so it is empty.
 */
export function listingModels(sluice: Sluice, dialect: ErrorDialect) {
  return (context: Context): Promise<Response> =>
    exchange(sluice, dialect, context, async (current) => {
      const key = admit(sluice, context.req.raw);
      const data = allowed(sluice, key).map(model);
      return current.json({
        object: 'list',
        data,
        has_more: false,
        first_id: data[0]?.id ?? null,
        last_id: data.at(-1)?.id ?? null,
        models: [],
      });
    });
}

/** `GET /v1/models/{id}`; the id may hold slashes, encoded or not. */
export function showingModel(sluice: Sluice, dialect: ErrorDialect) {
  return (context: Context): Promise<Response> =>
    exchange(sluice, dialect, context, async (current) => {
      const key = admit(sluice, context.req.raw);
      const id = decodeURIComponent(context.req.param('id') ?? '');
      const known = allowed(sluice, key).includes(id);
      if (!known)
        throw new SluiceError('model_not_found', `The model \`${id}\` does not exist here, or this key may not use it.`, {
          param: 'model',
        });
      return current.json(model(id));
    });
}

function allowed(sluice: Sluice, key: KeyRecord): string[] {
  return sluice.routes.names.filter((name) => key.models.includes('*') || key.models.includes(name));
}

/** When a model was made is not known here; Anthropic documents the epoch as the value for that. */
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
