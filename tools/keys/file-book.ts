import { keyFileBeside, readKeyFile, writeKeyFile } from '../../lib/config/key-file.ts';
import { listedKeyRecords } from '../../lib/config/key-store.ts';
import type { Config } from '../../lib/config/schema.ts';
import type { KeyBook } from './key-book.ts';
import { didYouMean, KeysError } from './keys-error.ts';

/** The keys of the configuration and of the file beside it. Only those of the file can be changed. */
export function fileBook(config: Config, configFile: string): KeyBook {
  const all = listedKeyRecords(config);
  const keyFile = keyFileBeside(configFile);
  const keys = readKeyFile(keyFile);

  function requireOwn(command: string, id: string): void {
    if (keys.some((key) => key.id === id)) return;
    const why = all.some((key) => key.id === id)
      ? `${JSON.stringify(id)} is defined in ${configFile}. Change it there`
      : `expected the id of a key in ${keyFile}, found ${JSON.stringify(id)}${didYouMean(id, all)}`;
    throw new KeysError(`${command}: ${why}`);
  }

  return {
    place: keyFile,
    effective: 'after the next start or deployment',
    list: async () => all,
    async create({ id, sha256, models, limits, durability, expires }) {
      if (all.some((key) => key.id === id)) {
        throw new KeysError(`expected an unused id, found ${JSON.stringify(id)}. A revoked key keeps its id`);
      }
      const written = { id, sha256, models: [...models], ...(limits && { limits }), ...(durability && { durability }) };
      writeKeyFile(keyFile, [...keys, { ...written, ...(expires !== undefined && { expires: dateText(expires) }) }]);
    },
    async revoke(id) {
      requireOwn('revoke', id);
      writeKeyFile(
        keyFile,
        keys.map((key) => (key.id === id ? { ...key, disabled: true } : key)),
      );
    },
    async rotate(id, sha256) {
      requireOwn('rotate', id);
      writeKeyFile(
        keyFile,
        keys.map((key) => (key.id === id ? { ...key, sha256 } : key)),
      );
      return undefined;
    },
  };
}

/** A day where the time is midnight, as operators write it. */
function dateText(milliseconds: number): string {
  return new Date(milliseconds)
    .toISOString()
    .replace(/T00:00:00\.000Z$/, '')
    .replace(/\.000Z$/, 'Z');
}
