import { loadConfig } from '../../lib/config/load-config.ts';
import type { Config } from '../../lib/config/schema.ts';
import { UsageError } from './usage-error.ts';

type Key = Config['keys'][number];

/** Enough of a digest to distinguish keys. */
const shownDigits = 8;

const columns: readonly [title: string, cell: (key: Key) => string][] = [
  ['id', ({ id }) => id],
  ['sha256', ({ sha256 }) => `${sha256.slice(0, shownDigits)}…`],
  ['state', stateOf],
  ['models', ({ models }) => models.join(',')],
  ['limits', ({ limits = {} }) => limitTexts(limits).join(', ') || 'none'],
];

/** Prints all keys, valid or not, of the configuration and of the key file. */
export async function listKeys(args: string[], configFile: string): Promise<void> {
  if (args.length > 0) throw new UsageError(`list: expected no arguments, found ${JSON.stringify(args[0])}`);
  const { keys } = await loadConfig(configFile);
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

function stateOf({ disabled, expires }: Key): string {
  if (disabled) return 'revoked';
  if (expires === undefined) return 'let in';
  const moment = new Date(expires).toISOString().replace(/T00:00:00.000Z$|.000Z$/, '');
  return expires <= Date.now() ? `expired ${moment}` : `until ${moment}`;
}

function limitTexts({
  requestsPerMinute,
  tokensPerMinute,
  concurrentStreams,
  dollarsPerDay,
}: NonNullable<Key['limits']>): string[] {
  const limits: [amount: number | undefined, unit: string][] = [
    [requestsPerMinute, 'requests/min'],
    [tokensPerMinute, 'tokens/min'],
    [concurrentStreams, 'at a time'],
    [dollarsPerDay, 'USD/day'],
  ];
  return limits.flatMap(([amount, unit]) => (amount === undefined ? [] : [`${amount} ${unit}`]));
}
