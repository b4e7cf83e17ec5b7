/** Environment variables, as in `process.env`. Passed in so that tests can choose them. */
export type Environment = Readonly<Record<string, string | undefined>>;
