import { keepOwnReasoning } from '../../lib/dialects/reasoning-vendors.ts';
import { buildRequest } from '../../lib/models/build-request.ts';
import { requirementsOf } from '../../lib/models/resolve.ts';
import type { JsonObject } from '../../lib/stream/json.ts';
import type { ModelRequest } from '../../lib/stream/request.ts';
import { models } from './models.ts';
import type { Wire } from './wires/wire.ts';

/** The body that a provider gets, after the rules of its model. */
export function providerBody(request: ModelRequest, { name, provider }: Wire): JsonObject {
  const model = models[name] ?? 'model';
  const own = keepOwnReasoning(request, provider.name);
  const requirements = requirementsOf({ dialect: provider.name, client: request.dialect, preset: provider.name, model });
  return buildRequest(own.request, provider, model, requirements).body;
}
