import { parseArgs } from 'node:util';
import { keyDigest } from '../../lib/access/keys.ts';
import { parseDuration } from '../../lib/config/units.ts';
import { freshLabelled } from './create.ts';
import { openKeyBook } from './open-key-book.ts';
import { UsageError } from './usage-error.ts';

/** Replaces the key of an id: the new one is printed, the old one stays valid for a while where the store allows it. */
export async function rotateKey(args: string[], configFile: string): Promise<void> {
  const { id, label, keepOld } = read(args);
  const book = await openKeyBook(configFile);
  const key = freshLabelled(label);
  const ends = await book.rotate(id, keyDigest(key), Date.now() + keepOld);
  process.stdout.write(`${key}\n`);
  const old =
    ends === undefined
      ? 'The old key ends at the same moment.'
      : `The old key stays valid until ${new Date(ends).toISOString()}.`;
  process.stderr.write(
    `The new key of ${JSON.stringify(id)}. It can't be shown again, because ${book.place} only stores its SHA-256 digest. It becomes valid ${book.effective}. ${old}\n`,
  );
}

function read(args: string[]): { id: string; label: string | undefined; keepOld: number } {
  const { values, positionals } = parsed(args);
  const [id, ...more] = positionals;
  if (!id || more.length > 0) throw new UsageError('rotate: expected one id');
  const keepOld = parseDuration(values['keep-old'] ?? '24h');
  if (keepOld === undefined) {
    throw new UsageError(`--keep-old: expected a duration such as 0s or 24h, found ${JSON.stringify(values['keep-old'])}`);
  }
  return { id, label: values.label, keepOld };
}

function parsed(args: string[]) {
  try {
    return parseArgs({ args, options: { label: { type: 'string' }, 'keep-old': { type: 'string' } }, allowPositionals: true });
  } catch (thrown) {
    throw new UsageError((thrown as Error).message.replace(/\.$/, ''));
  }
}
