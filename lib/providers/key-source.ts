/** Where a provider's key comes from. */
export interface KeySource {
  /** The key, nothing for a server that wants none. Throws `provider_secret_unavailable`, with the fix. */
  read(): Promise<string | undefined>;
  /**
   * Looks whether there is another key now, because a call that began at `since` (milliseconds of the clock) was refused
   * with the one there was. Never rejects.
   */
  refresh(since: number): Promise<boolean>;
}

/** A key that cannot change while the process runs, or none. */
export function givenKey(key?: string): KeySource {
  return { read: async () => key, refresh: async () => false };
}
