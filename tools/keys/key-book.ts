import type { StoredKey } from '../../lib/access/key-item.ts';

/** Where `npm run keys` keeps the records of client keys. Every method throws a KeysError that names what is wrong. */
export interface KeyBook {
  /** Where the records are, for messages. */
  readonly place: string;
  /** When a change takes effect, as the end of a sentence. */
  readonly effective: string;
  list(): Promise<readonly StoredKey[]>;
  /** Adds a key under an id that no key has. */
  create(key: StoredKey): Promise<void>;
  revoke(id: string): Promise<void>;
  /**
   * Gives the id another digest. The old key stays valid until `until`, in milliseconds since 1970, where the place can
   * hold two keys of one id. Gives the time at which the old key ends, or undefined where it ends with the next deployment.
   */
  rotate(id: string, sha256: string, until: number): Promise<number | undefined>;
}
