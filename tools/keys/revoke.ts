import { openKeyBook } from './open-key-book.ts';
import { UsageError } from './usage-error.ts';

/** Revokes every key of an id. The records stay, so that the id in the log keeps its meaning. */
export async function revokeKey(args: string[], configFile: string): Promise<void> {
  const [id, ...more] = args;
  if (!id || more.length > 0) throw new UsageError('revoke: expected one id');
  const book = await openKeyBook(configFile);
  await book.revoke(id);
  process.stderr.write(`${JSON.stringify(id)} is revoked. This takes effect ${book.effective}. Running streams finish.\n`);
}
