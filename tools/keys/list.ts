import type { StoredKey } from '../../lib/access/key-item.ts';
import { readCommandLine } from '../../lib/app/command-line.ts';
import { openKeyBook } from './open-key-book.ts';

const help = `npm run keys -- list

Lists all keys with their models, limits and last use, without their secret part.

Examples
  npm run keys -- list
`;

/** Enough of a digest to distinguish keys. */
const shownDigits = 8;

const columns: readonly [title: string, cell: (key: StoredKey) => string][] = [
  ['id', ({ id }) => id],
  ['sha256', ({ sha256 }) => `${sha256.slice(0, shownDigits)}…`],
  ['state', stateOf],
  ['models', ({ models }) => models.join(',')],
  ['limits', (key) => limitTexts(key).join(', ') || 'none'],
  ['last used', ({ lastUsed }) => (lastUsed === undefined ? '-' : hourText(lastUsed))],
];

/** Prints every key: valid, expired and revoked ones. The time of last use is known only for keys in the table. */
export async function listKeys(args: string[], configFile: string): Promise<void> {
  readCommandLine(args, { help });
  const keys = await (await openKeyBook(configFile)).list();
  const rows = [columns.map(([title]) => title), ...keys.map((key) => columns.map(([, cell]) => cell(key)))];
  const widths = columns.map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  for (const row of rows)
    process.stdout.write(
      `${row
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd()}\n`,
    );
}

function stateOf({ disabled, expires }: StoredKey): string {
  if (disabled) return 'revoked';
  if (expires === undefined) return 'valid';
  const moment = new Date(expires).toISOString().replace(/T00:00:00.000Z$|.000Z$/, '');
  return expires <= Date.now() ? `expired ${moment}` : `until ${moment}`;
}

/** `2026-12-01T13h`: the table knows the time of last use to the hour. */
function hourText(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 13)}h`;
}

function limitTexts({ limits = {}, durability }: StoredKey): string[] {
  const amounts: [amount: number | undefined, unit: string][] = [
    [limits.requestsPerMinute, 'requests/min'],
    [limits.tokensPerMinute, 'tokens/min'],
    [limits.concurrentStreams, 'at a time'],
    [limits.dollarsPerDay, 'USD/day'],
  ];
  const texts = amounts.flatMap(([amount, unit]) => (amount === undefined ? [] : [`${amount} ${unit}`]));
  return durability === 'none' ? [...texts, 'stores nothing'] : texts;
}
