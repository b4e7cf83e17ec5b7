/**
 * An invalid configuration. The message is for the operator and has the file, the path, what was expected, what was
 * found and a fix.
 */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}
