/** A configuration that cannot be used; the message is for the operator and names file, path, expected, found and a fix. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}
