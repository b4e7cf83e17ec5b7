import { readCommandLine } from '../../lib/app/command-line.ts';
import { openKeyBook } from './open-key-book.ts';

const help = `npm run keys -- revoke <id>

Revokes every key of an id. Running streams finish.

Examples
  npm run keys -- revoke my-app
`;

/** Revokes every key of an id. The records stay, so that the id in the log keeps its meaning. */
export async function revokeKey(args: string[], configFile: string): Promise<void> {
  const { positionals } = readCommandLine(args, { help, positionals: { min: 1, max: 1 } });
  const [id = ''] = positionals;
  const book = await openKeyBook(configFile);
  await book.revoke(id);
  process.stderr.write(`${JSON.stringify(id)} is revoked. This takes effect ${book.effective}. Running streams finish.\n`);
}
