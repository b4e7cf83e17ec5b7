/** The command was not given as it is to be; the message says what was expected and what was found. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
