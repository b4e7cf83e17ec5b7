import { readCommandLine, runCommand, UsageError } from '../../lib/app/command-line.ts';
import { fuzzes } from './run.ts';

const names = fuzzes.map(({ name }) => name);
const help = `npm run test:fuzz -- [--seed <number>] [--count <number>] [--only <name>]

Runs random cases. A failure prints the seed that repeats it.

  --seed   the seed (default: a random one)
  --count  cases of each fuzz (default: 10000)
  --only   one of ${names.join(', ')}

Examples
  npm run test:fuzz
  npm run test:fuzz -- --seed 42 --count 100
`;

async function main(): Promise<number> {
  const options = { seed: { type: 'string' }, count: { type: 'string' }, only: { type: 'string' } } as const;
  const { values } = readCommandLine(process.argv.slice(2), { help, options });
  const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(values.seed);
  const count = Number(values.count ?? 10_000);
  const chosen = fuzzes.filter(({ name }) => values.only === undefined || name === values.only);
  if (!Number.isInteger(seed)) throw new UsageError(`--seed: expected an integer, found ${JSON.stringify(values.seed)}`);
  if (!Number.isInteger(count) || count < 1) {
    throw new UsageError(`--count: expected an integer above 0, found ${JSON.stringify(values.count)}`);
  }
  if (chosen.length === 0)
    throw new UsageError(`--only: expected one of ${names.join(', ')}, found ${JSON.stringify(values.only)}`);
  let failed = false;
  console.log(`seed ${seed}, ${count} cases of each: ${chosen.map(({ name }) => name).join(', ')}`);
  for (const { name, run } of chosen) {
    const started = performance.now();
    const failure = await run(seed, count);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(failure ?? `${name}: ${count} cases are well, ${seconds} s`);
    failed ||= failure !== undefined;
  }
  return failed ? 1 : 0;
}

process.exitCode = await runCommand('npm run test:fuzz', main);
