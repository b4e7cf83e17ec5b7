/** What is left of one limit of the client key after this request. */
export interface Allowance {
  readonly limit: number;
  readonly remaining: number;
  /**
   * The time until the limit is fully available again, in milliseconds and as a timestamp (milliseconds since 1970).
   */
  readonly resetMs: number;
  readonly resetAt: number;
}

/** What is left of each limit of the client key. */
export interface Allowances {
  readonly requests?: Allowance;
  readonly tokens?: Allowance;
}
