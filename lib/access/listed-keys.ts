import { timingSafeEqual } from 'node:crypto';
import type { KeyDirectory, KeyRecord } from './keys.ts';

/** The records of the configuration. Compares in constant time and looks at every record. */
export function listedKeys(records: readonly KeyRecord[]): KeyDirectory {
  return {
    async find(sha256) {
      const digest = Buffer.from(sha256, 'hex');
      let found: KeyRecord | undefined;
      for (const record of records) if (timingSafeEqual(digest, Buffer.from(record.sha256, 'hex'))) found = record;
      return found;
    },
  };
}
