import { type ParseArgsConfig, parseArgs } from 'node:util';
import { nearest } from '../config/nearest.ts';

/** What a command takes, and its help. */
export interface CommandLine<Options extends NonNullable<ParseArgsConfig['options']>> {
  /** Printed by `--help`, with examples. */
  readonly help: string;
  readonly options?: Options;
  /** How many arguments it takes beside its options. */
  readonly positionals?: { readonly min: number; readonly max: number };
}

/** The command line can't be read. The message says what was expected and what was found. Exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** `--help` was given. Exit code 0. */
export class HelpRequest extends Error {
  override readonly name = 'HelpRequest';
}

type Parsed<Options extends NonNullable<ParseArgsConfig['options']>> = ReturnType<
  typeof parseArgs<{ args: string[]; options: Options; allowPositionals: true }>
>;

/**
 * Reads a command line. Throws a HelpRequest for `--help` or `-h`, and a UsageError for an unknown option (with the
 * nearest one), a missing value, and too few or too many arguments.
 */
export function readCommandLine<const Options extends NonNullable<ParseArgsConfig['options']>>(
  args: readonly string[],
  { help, options, positionals: { min, max } = { min: 0, max: 0 } }: CommandLine<Options>,
): Parsed<Options> {
  if (args.includes('--help') || args.includes('-h')) throw new HelpRequest(help);
  const parsed = parse(args, options ?? ({} as Options));
  const count = parsed.positionals.length;
  if (count < min) throw new UsageError(`expected ${argumentCount(min)}, found ${count === 0 ? 'none' : count}`);
  if (count > max) throw new UsageError(`unexpected argument ${JSON.stringify(parsed.positionals[max])}`);
  return parsed;
}

function parse<Options extends NonNullable<ParseArgsConfig['options']>>(
  args: readonly string[],
  options: Options,
): Parsed<Options> {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (thrown) {
    const { code, message } = thrown as NodeJS.ErrnoException;
    const unknown = code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION' ? /'(--?[^'=\s]+)/.exec(message)?.[1] : undefined;
    if (unknown === undefined) throw new UsageError(message.replace(/\. .*$|\.$/s, ''));
    const [near] = nearest(unknown.replace(/^-+/, ''), Object.keys(options), 1);
    throw new UsageError(`unknown option ${unknown}${near === undefined ? '' : `. Did you mean --${near}?`}`);
  }
}

function argumentCount(count: number): string {
  return count === 1 ? 'an argument' : `${count} arguments`;
}

/**
 * Runs a command to its exit code. Help goes to standard output. A usage error goes to standard error with the way to
 * the help, and exits with 2. A file that can't be written is a sentence too, and exits with 1. Other errors are thrown.
 */
export async function runCommand(name: string, main: () => Promise<number>): Promise<number> {
  try {
    return await main();
  } catch (thrown) {
    if (thrown instanceof HelpRequest) {
      process.stdout.write(thrown.message);
      return 0;
    }
    const unwritable = unwritableFile(thrown);
    if (unwritable !== undefined) {
      process.stderr.write(`${name}: ${unwritable}\n`);
      return 1;
    }
    if (!(thrown instanceof UsageError)) throw thrown;
    process.stderr.write(`${name}: ${thrown.message.replace(/\.$/, '')}\n${name} --help shows the options.\n`);
    return 2;
  }
}

/** Codes of the file system, and what they mean. */
const fileFailures: Readonly<Record<string, string>> = {
  EACCES: 'this user may not write it',
  EPERM: 'this user may not write it',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
};

function unwritableFile(thrown: unknown): string | undefined {
  const { code, path, message } = (thrown ?? {}) as { code?: unknown; path?: unknown; message?: unknown };
  const reason = typeof code === 'string' && Object.hasOwn(fileFailures, code) ? fileFailures[code] : undefined;
  // The message of rmSync has the path, and its error has none.
  const place = typeof path === 'string' ? path : /(\/[^':]+)'?$/.exec(String(message))?.[1];
  if (reason === undefined || place === undefined) return undefined;
  return `expected to write ${place}, but ${reason}. Change its permissions, or run the command in another folder.`;
}
