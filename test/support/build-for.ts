import type { ProviderDialect } from '../../lib/dialects/dialect.ts';
import { type AdaptedRequest, buildRequest } from '../../lib/models/build-request.ts';
import type { Requirements } from '../../lib/models/requirements.ts';
import { requirementsOf } from '../../lib/models/resolve.ts';
import type { ModelRequest } from '../../lib/stream/request.ts';

/** What a target is sent: the request adapted to this model at a provider of this preset, then built. */
export function buildFor(
  dialect: ProviderDialect,
  request: ModelRequest,
  model: string,
  { preset = 'test', rules = {} }: { preset?: string; rules?: Requirements } = {},
): AdaptedRequest {
  return buildRequest(
    request,
    dialect,
    model,
    requirementsOf({ dialect: dialect.name, client: request.dialect, preset, model, rules }),
  );
}
