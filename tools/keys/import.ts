import { rmSync } from 'node:fs';
import { keyFileBeside, readKeyFile } from '../../lib/config/key-file.ts';
import { openKeyBook } from './open-key-book.ts';
import { UsageError } from './usage-error.ts';

/** Moves the keys of sluice.keys.json into the table. Clients keep their keys, because digests move as they are. */
export async function importKeys(args: string[], configFile: string): Promise<void> {
  if (args.length > 0) throw new UsageError(`import: expected no arguments, found ${JSON.stringify(args[0])}`);
  const book = await openKeyBook(configFile);
  const keyFile = keyFileBeside(configFile);
  if (book.place === keyFile) throw new UsageError("import: set keys: { store: 'dynamodb' } in the configuration first");
  const keys = readKeyFile(keyFile);
  const there = new Set((await book.list()).map(({ sha256 }) => sha256));
  for (const { expires, models = ['*'], ...key } of keys) {
    if (there.has(key.sha256)) continue;
    await book.create({ ...key, models, created: Date.now(), ...(expires !== undefined && { expires: Date.parse(expires) }) });
  }
  rmSync(keyFile, { force: true });
  process.stderr.write(`${keys.length} keys are in ${book.place}, and ${keyFile} is removed.\n`);
}
