/** What is left of one limit of a caller's, after its request was counted. */
export interface Allowance {
  readonly limit: number;
  readonly remaining: number;
  /** In how many milliseconds, and when (milliseconds since 1970), all of it is there again. */
  readonly resetMs: number;
  readonly resetAt: number;
}

/** What is left of each limit that the caller's key has. */
export interface Allowances {
  readonly requests?: Allowance;
  readonly tokens?: Allowance;
}
