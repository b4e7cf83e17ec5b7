import { freshKey } from '../../lib/access/key-form.ts';
import type { StoredKey } from '../../lib/access/key-item.ts';
import { keyDigest } from '../../lib/access/keys.ts';
import { readCommandLine, UsageError } from '../../lib/app/command-line.ts';
import { keysAreInTable } from '../../lib/config/key-store.ts';
import { loadConfig } from '../../lib/config/load-config.ts';
import { checkModels } from './check-models.ts';
import { openKeyBook } from './open-key-book.ts';

const help = `npm run keys -- create <id> [options]

Creates a key. It is printed once and stored only as its SHA-256 digest.

  --models <names>                 models that the key may use, separated by commas (default: all)
  --requests-per-minute <number>
  --tokens-per-minute <number>
  --concurrent-streams <number>    requests in progress at the same time
  --dollars-per-day <number>
  --expires <date>                 such as 2027-01-31. The key is invalid from the beginning of that day (UTC)
  --durability none                stores nothing of the answers to this key
  --label <label>                  a label inside the key, such as live or test

Examples
  npm run keys -- create my-app
  npm run keys -- create my-app --models openai/gpt-4o-mini --dollars-per-day 5
`;

const options = {
  models: { type: 'string' },
  'requests-per-minute': { type: 'string' },
  'tokens-per-minute': { type: 'string' },
  'concurrent-streams': { type: 'string' },
  'dollars-per-day': { type: 'string' },
  expires: { type: 'string' },
  durability: { type: 'string' },
  label: { type: 'string' },
} as const;

/** The limit options by their names in the configuration, and whether they must be integers. */
const limitOptions = [
  ['requests-per-minute', 'requestsPerMinute', true],
  ['tokens-per-minute', 'tokensPerMinute', true],
  ['concurrent-streams', 'concurrentStreams', true],
  ['dollars-per-day', 'dollarsPerDay', false],
] as const;

const firstKeyNotice =
  'This is the first key. From its next start on, npm start requires a key from every client too. Send it as: authorization: Bearer <key>';

type OptionValues = Partial<Record<keyof typeof options, string>>;

/**
 * Creates a key. Its record goes into the file or the table, the key itself once to standard output. Warns about models
 * that have no price. Throws a UsageError for an unknown model.
 */
export async function createKey(args: string[], configFile: string): Promise<void> {
  const { id, values } = read(args);
  const key = freshLabelled(values.label);
  const made = record(id, key, values);
  const config = await loadConfig(configFile);
  const warnings = checkModels(made, config, configFile);
  const book = await openKeyBook(configFile);
  // The dev server doesn't read the table.
  const isFirst = !keysAreInTable(config) && (await book.list()).length === 0;
  await book.create(made);
  process.stdout.write(`${key}\n`);
  process.stderr.write(
    `The key of ${JSON.stringify(id)}. It can't be shown again, because ${book.place} only stores its SHA-256 digest. It becomes valid ${book.effective}.\n`,
  );
  if (isFirst) process.stderr.write(`${firstKeyNotice}\n`);
  for (const warning of warnings) process.stderr.write(`Warning: ${warning}\n`);
}

function read(args: string[]): { id: string; values: OptionValues } {
  const { values, positionals } = readCommandLine(args, { help, options, positionals: { min: 1, max: 1 } });
  const [id = ''] = positionals;
  if (id === '' || id.trim() !== id) throw new UsageError(`expected an id such as my-app, found ${JSON.stringify(id)}`);
  return { id, values };
}

/** A new key with this label inside. Throws a UsageError for a label that no key can have. */
export function freshLabelled(label: string | undefined): string {
  try {
    return freshKey(label);
  } catch (thrown) {
    throw new UsageError(`--label: ${(thrown as Error).message}, found ${JSON.stringify(label)}`);
  }
}

function record(id: string, key: string, values: OptionValues): StoredKey {
  const limits = Object.fromEntries(
    limitOptions.flatMap(([option, name, whole]) => {
      const text = values[option];
      return text === undefined ? [] : [[name, amount(option, text, whole)]];
    }),
  );
  return {
    id,
    sha256: keyDigest(key),
    created: Date.now(),
    models: values.models === undefined ? ['*'] : names(values.models),
    ...(Object.keys(limits).length > 0 && { limits }),
    ...(values.expires !== undefined && { expires: date(values.expires) }),
    ...(values.durability !== undefined && { durability: durability(values.durability) }),
  };
}

function names(text: string): string[] {
  const found = text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (found.length > 0) return found;
  throw new UsageError('--models: expected names separated by commas, found none');
}

function amount(option: string, text: string, whole: boolean): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value) && value > 0 && (!whole || Number.isInteger(value))) return value;
  throw new UsageError(`--${option}: expected ${whole ? 'an integer' : 'a number'} above 0, found ${JSON.stringify(text)}`);
}

function durability(text: string): 'none' {
  if (text === 'none') return text;
  throw new UsageError(`--durability: expected none, found ${JSON.stringify(text)}`);
}

function date(text: string): number {
  if (/^\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\dZ)?$/.test(text) && Date.parse(text) > Date.now()) return Date.parse(text);
  throw new UsageError(`--expires: expected a future date, such as 2027-01-31, found ${JSON.stringify(text)}`);
}
