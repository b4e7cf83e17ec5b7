import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { startChild } from './child.ts';
import { columnsFor, type Extent } from './columns.ts';
import { measureRound, type Round } from './round.ts';
import { tablesOf } from './table.ts';

const usage = `npm run bench -- [--quick] [--rounds <count>] [--scale <factor>]

  --quick    one round, half as long: about 20 s where a whole run takes about 90 s
  --rounds   how many rounds (3)
  --scale    streams and lengths as parts of a whole run's (1); below 1 the figures mean little
`;

interface Settings {
  readonly rounds: number;
  readonly extent: Extent;
}

/** What the arguments ask for; `undefined` when they cannot be read. */
function settings(): Settings | undefined {
  try {
    const { values } = parseArgs({
      options: { quick: { type: 'boolean', default: false }, rounds: { type: 'string' }, scale: { type: 'string' } },
    });
    const rounds = Number(values.rounds ?? (values.quick ? 1 : 3));
    const scale = Number(values.scale ?? 1);
    if (!(Number.isInteger(rounds) && rounds > 0 && scale > 0 && scale <= 10)) return undefined;
    return { rounds, extent: { streams: scale, length: values.quick ? scale / 2 : scale } };
  } catch {
    return undefined;
  }
}

/** Runs the rounds beside one upstream and prints the tables. Throws when an answer was not whole. */
async function main({ rounds: count, extent }: Settings): Promise<void> {
  const startedAt = performance.now();
  const columns = columnsFor(extent);
  const upstream = await startChild('upstream.ts');
  const rounds: Round[] = [];
  try {
    for (let index = 0; index < count; index++) {
      process.stderr.write(`Round ${index + 1} of ${count} …\n`);
      rounds.push(await measureRound(columns, extent, upstream.url, index % 2 === 1));
    }
  } finally {
    await upstream.stop();
  }
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  const where = `Node ${process.version}, ${process.platform} ${process.arch}, ${availableParallelism()} cores`;
  const what = `${count} ${count === 1 ? 'round' : 'rounds'} in ${seconds} s; every token of every answer arrived`;
  process.stdout.write(`${where}, ${what}.\n\n${tablesOf(rounds, columns)}\n`);
}

/** What went wrong, and inside what. */
function explain(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  return thrown.cause === undefined ? thrown.message : `${thrown.message}: ${explain(thrown.cause)}`;
}

const asked = settings();
if (asked) {
  main(asked).catch((thrown: unknown) => {
    process.stderr.write(`The bench is void. ${explain(thrown)}\n`);
    // Not only an exit code: processes that are still starting end with this one.
    process.exit(1);
  });
} else {
  process.stderr.write(usage);
  process.exitCode = 2;
}
