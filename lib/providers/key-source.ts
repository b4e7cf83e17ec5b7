/** The source of a provider's key. */
export interface KeySource {
  /** The key, or `undefined` for a server without keys. Throws `provider_secret_unavailable`, with the fix. */
  read(): Promise<string | undefined>;
  /**
   * Checks for a new key, because the provider rejected the current one in a request that began at `since`
   * (milliseconds of the clock). Never rejects.
   */
  refresh(since: number): Promise<boolean>;
}

/** A key that can't change while the process runs, or none. */
export function fixedKey(key?: string): KeySource {
  return { read: async () => key, refresh: async () => false };
}
