import { keyDigest } from '../../lib/access/keys.ts';
import { readCommandLine, UsageError } from '../../lib/app/command-line.ts';
import { parseDuration } from '../../lib/config/units.ts';
import { freshLabelled } from './create.ts';
import { openKeyBook } from './open-key-book.ts';

const help = `npm run keys -- rotate <id> [--keep-old <duration>] [--label <label>]

Prints another key for the same id.

  --keep-old  how long the old key stays valid in the table (default: 24h)
  --label     a label inside the key, such as live or test

Examples
  npm run keys -- rotate my-app
  npm run keys -- rotate my-app --keep-old 1h
`;

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
  const options = { label: { type: 'string' }, 'keep-old': { type: 'string' } } as const;
  const { values, positionals } = readCommandLine(args, { help, options, positionals: { min: 1, max: 1 } });
  const [id = ''] = positionals;
  const keepOld = parseDuration(values['keep-old'] ?? '24h');
  if (keepOld === undefined) {
    throw new UsageError(`--keep-old: expected a duration such as 0s or 24h, found ${JSON.stringify(values['keep-old'])}`);
  }
  return { id, label: values.label, keepOld };
}
