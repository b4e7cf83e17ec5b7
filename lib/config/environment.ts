/** Environment variables, as `process.env` has them. Passed in, so that tests choose them. */
export type Environment = Readonly<Record<string, string | undefined>>;
