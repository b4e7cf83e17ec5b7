/** An invalid command line. The message has what was expected and what was found. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
