import { rmSync } from 'node:fs';
import { readCommandLine } from '../../lib/app/command-line.ts';
import { keyFileBeside, readKeyFile } from '../../lib/config/key-file.ts';
import { KeysError } from './keys-error.ts';
import { openKeyBook } from './open-key-book.ts';

const help = `npm run keys -- import

Moves the keys of sluice.keys.json into the table of the deployed stack. Clients keep their keys.

Examples
  npm run keys -- import
`;

/** Moves the keys of sluice.keys.json into the table. Clients keep their keys, because digests move as they are. */
export async function importKeys(args: string[], configFile: string): Promise<void> {
  readCommandLine(args, { help });
  const book = await openKeyBook(configFile);
  const keyFile = keyFileBeside(configFile);
  if (book.place === keyFile) throw new KeysError("import: set keys: { store: 'dynamodb' } in the configuration first");
  const keys = readKeyFile(keyFile);
  const there = new Set((await book.list()).map(({ sha256 }) => sha256));
  for (const { expires, models = ['*'], ...key } of keys) {
    if (there.has(key.sha256)) continue;
    await book.create({ ...key, models, created: Date.now(), ...(expires !== undefined && { expires: Date.parse(expires) }) });
  }
  rmSync(keyFile, { force: true });
  process.stderr.write(`${keys.length} keys are in ${book.place}, and ${keyFile} is removed.\n`);
}
