import { describe, expect, test, vi } from 'vitest';
import { HelpRequest, readCommandLine, runCommand, UsageError } from '../../lib/app/command-line.ts';

const command = {
  help: 'npm run sample -- <file>\n',
  options: { port: { type: 'string' }, json: { type: 'boolean' } },
  positionals: { min: 1, max: 2 },
} as const;

test.each([
  ['EACCES', 'this user may not write it'],
  ['EROFS', 'the file system is read-only'],
  ['ENOSPC', 'the disk is full'],
])('says in a sentence that a file cannot be written: %s', async (code, reason) => {
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const failure = Object.assign(new Error(`${code}: no`), { code, path: '/app/sluice.keys.json' });
  expect(await runCommand('npm run keys', () => Promise.reject(failure))).toBe(1);
  expect(write.mock.calls.join('')).toBe(
    `npm run keys: expected to write /app/sluice.keys.json, but ${reason}. Change its permissions, or run the command in another folder.\n`,
  );
  write.mockRestore();
});

describe('a command line', () => {
  test('has options and arguments', () => {
    const { values, positionals } = readCommandLine(['a', '--port', '9000', '--json'], command);
    expect({ ...values }).toEqual({ port: '9000', json: true });
    expect(positionals).toEqual(['a']);
  });

  test.each([
    [['a', '--prot', '1'], 'unknown option --prot. Did you mean --port?'],
    [['a', '--zebra'], 'unknown option --zebra'],
    [['a', '-z'], 'unknown option -z'],
    [['a', '--port'], "Option '--port <value>' argument missing"],
    [[], 'expected an argument, found none'],
    [['a', 'b', 'c'], 'unexpected argument "c"'],
  ])('is rejected with the reason: %j', (args, message) => {
    expect(() => readCommandLine(args, command)).toThrow(new UsageError(message));
  });

  test.each([['--help'], ['-h']])('prints the help for %s, whatever other options it has', (flag) => {
    expect(() => readCommandLine(['--prot', flag], command)).toThrow(HelpRequest);
  });
});

test('exits with 0 after help and 2 after a usage error, and rethrows other errors', async () => {
  const out = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const error = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  try {
    expect(await runCommand('sample', () => Promise.reject(new HelpRequest('help\n')))).toBe(0);
    expect(out).toHaveBeenCalledWith('help\n');
    expect(await runCommand('sample', () => Promise.reject(new UsageError('unknown option --x')))).toBe(2);
    expect(error).toHaveBeenCalledWith('sample: unknown option --x\nsample --help shows the options.\n');
    await expect(runCommand('sample', () => Promise.reject(new Error('other')))).rejects.toThrow('other');
  } finally {
    out.mockRestore();
    error.mockRestore();
  }
});
