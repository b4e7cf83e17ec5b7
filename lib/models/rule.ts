import type { JsonObject } from '../stream/json.ts';
import type { ModelRequest } from '../stream/request.ts';
import type { Requirements } from './requirements.ts';

/** What a rule knows beside the request. */
export interface RuleContext {
  readonly requirements: Requirements;
  /** The provider's dialect. */
  readonly dialect: string;
  /** The client speaks it too. */
  readonly sameDialect: boolean;
  /** Lists a field, as the client spelled it, in `x-sluice-dropped`. */
  drop(field: string): void;
  /** Adds members to the provider's body that the vocabulary has no word for. */
  add(members: JsonObject): void;
}

/**
 * One rule: the request as the target takes it, and the very same request where there is nothing to do. Throws a
 * SluiceError that names the client's field where the request depends on what the target doesn't have.
 */
export type Rule = (request: ModelRequest, context: RuleContext) => ModelRequest;
