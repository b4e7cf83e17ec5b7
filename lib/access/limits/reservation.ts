import type { Allowances } from '../../stream/allowances.ts';
import type { SluiceError } from '../../stream/errors.ts';

/** The known usage of an answer. Unknown parts count as reserved. */
export interface Spent {
  readonly tokens?: number;
  readonly usd?: number;
  /** Further attempts that a provider worked on without reporting usage. Each counts as its full reservation. */
  readonly unreported?: number;
}

/** The part of a reservation in one store entry. Both steps throw if the store can't be reached. */
export interface Reservation {
  /** Reserves it, or returns why the request is rejected. Both results include what is left. */
  reserve(): Promise<ReserveResult>;
  /** Returns the unused part, or all of it if the request was rejected after all. */
  settle(spent: Spent | 'refused'): Promise<void>;
}

export interface ReserveResult {
  readonly refusal?: SluiceError;
  readonly allowances?: Allowances;
}
