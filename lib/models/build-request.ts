import type { BuiltRequest, ProviderDialect } from '../dialects/dialect.ts';
import type { JsonObject } from '../stream/json.ts';
import type { ModelRequest } from '../stream/request.ts';
import { adapt } from './adapt.ts';
import { editBody } from './edit-body.ts';
import type { Requirements } from './requirements.ts';
import { type Restore, restoreTools } from './restore.ts';

/** A body that its target accepts. */
export interface AdaptedRequest extends BuiltRequest {
  /** Gives the client's tools their own names back. Absent where none was changed. */
  readonly restore?: Restore;
}

/**
 * The body of a request as its target accepts it. Where the client speaks the provider's dialect, its own body is edited
 * in the places that the rules changed, and is unchanged elsewhere. Throws like the rules and `build`.
 */
export function buildRequest(
  request: ModelRequest,
  dialect: ProviderDialect,
  model: string,
  requirements: Requirements,
): AdaptedRequest {
  const adapted = adapt(request, requirements, dialect.name);
  const own = dialect.name === request.dialect && dialect.spell ? ownBody(request, adapted.request, dialect.spell) : undefined;
  const given = own ? { ...adapted.request, body: own, appended: [] } : adapted.request;
  const whole = requirements.tools === 'not-streamed' && usesTools(adapted.request);
  const built = dialect.build(given, model, {
    ...(requirements.reasoningFields && { reasoningFields: requirements.reasoningFields }),
    developerRole: requirements.developerRole === true,
    keepsCacheMarks: requirements.cacheMarks !== 'nowhere',
    members: adapted.members,
    whole,
  });
  const restore = restoreTools(request, requirements);
  const dropped = [...new Set([...built.dropped, ...adapted.dropped])];
  return { ...built, dropped, ...(whole && { whole: true }), ...(restore && { restore }) };
}

/** The client's body with the rules' changes and our added turns. The same body if there are none. */
function ownBody(request: ModelRequest, adapted: ModelRequest, spell: (request: ModelRequest) => JsonObject): JsonObject {
  const { appended = [], messages } = request;
  const same = adapted.messages === messages && adapted.parameters === request.parameters && appended.length === 0;
  if (same) return adapted.body;
  const before = { ...request, messages: messages.slice(0, messages.length - appended.length) };
  return editBody(adapted.body, spell(before), spell(adapted));
}

function usesTools({ parameters }: ModelRequest): boolean {
  return (parameters.tools ?? []).length > 0 || parameters.legacyFunctions !== undefined;
}
