import type { Allowances } from '../../stream/allowances.ts';
import type { SluiceError } from '../../stream/errors.ts';

/** What an answer used, as far as it is known; what is not known is taken to be as much as was reserved. */
export interface Spent {
  readonly tokens?: number;
  readonly usd?: number;
  /** Further attempts that a provider worked on without reporting usage. Each counts as reserved, in full. */
  readonly unreported?: number;
}

/** What one store entry keeps for one request. Both steps throw where the store cannot be reached. */
export interface Reservation {
  /** Reserves it, or says why the request is refused; in both cases, what is left. */
  reserve(): Promise<ReserveResult>;
  /** Gives back what was reserved and not used; all of it where the request was refused after all. */
  settle(spent: Spent | 'refused'): Promise<void>;
}

export interface ReserveResult {
  readonly refusal?: SluiceError;
  readonly allowances?: Allowances;
}
