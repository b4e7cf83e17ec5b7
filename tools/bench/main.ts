import { availableParallelism } from 'node:os';
import { readCommandLine, runCommand, UsageError } from '../../lib/app/command-line.ts';
import { comparison, saveBaseline } from './baseline.ts';
import { startChild } from './child.ts';
import { columnsFor, type Extent } from './columns.ts';
import { type FunctionExtent, measureFunctions } from './functions/measure.ts';
import { functionTablesOf } from './functions/tables.ts';
import { measureRound, type Round } from './round.ts';
import { medianRatios, tablesOf } from './table.ts';

const help = `npm run bench -- [--quick] [--rounds <count>] [--scale <factor>] [--save] [--only gateway|functions]

  --quick    one round of half the length: about one minute instead of three
  --rounds   number of rounds (3)
  --scale    number of streams and their length relative to a full run (1). Below 1 the results mean little
  --save     keep the ratios of this run as the baseline of later runs
  --only     only the gateway compared with a raw pipe, or only the deployed functions

Examples
  npm run bench -- --quick
  npm run bench -- --only gateway --rounds 5
`;

interface Settings {
  readonly rounds: number;
  readonly extent: Extent;
  readonly functions: FunctionExtent;
  readonly parts: readonly Part[];
  readonly save: boolean;
}

type Part = keyof typeof measured;

const measured = { gateway: measureGateway, functions: measureDeployed };
const isPart = (name: string): name is Part => Object.hasOwn(measured, name);

const options = {
  quick: { type: 'boolean', default: false },
  rounds: { type: 'string' },
  scale: { type: 'string' },
  save: { type: 'boolean', default: false },
  only: { type: 'string' },
} as const;

/** The settings from the arguments. Throws a UsageError for a value that is out of range. */
function readSettings(): Settings {
  const { values } = readCommandLine(process.argv.slice(2), { help, options });
  const rounds = Number(values.rounds ?? (values.quick ? 1 : 3));
  const scale = Number(values.scale ?? 1);
  const parts = values.only === undefined ? Object.keys(measured) : [values.only];
  if (!(Number.isInteger(rounds) && rounds > 0)) {
    throw new UsageError(`--rounds: expected an integer above 0, found ${JSON.stringify(values.rounds)}`);
  }
  if (!(scale > 0 && scale <= 10)) {
    throw new UsageError(`--scale: expected a number above 0, up to 10, found ${JSON.stringify(values.scale)}`);
  }
  if (!parts.every(isPart)) throw new UsageError(`--only: expected gateway or functions, found ${JSON.stringify(values.only)}`);
  const length = values.quick ? scale / 2 : scale;
  return {
    rounds,
    extent: { streams: scale, length },
    functions: { starts: Math.ceil(15 * length), processes: rounds, tokens: Math.ceil(50_000 * scale) },
    parts,
    save: values.save,
  };
}

/** Runs the measurements with one upstream and prints the tables. Throws if a response was incomplete. */
async function main(settings: Settings): Promise<void> {
  const startedAt = performance.now();
  const upstream = await startChild('upstream.ts');
  const tables: string[] = [];
  try {
    for (const part of settings.parts) tables.push(await measured[part](upstream.url, settings));
  } finally {
    await upstream.stop();
  }
  const { rounds } = settings;
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  const where = `Node ${process.version}, ${process.platform} ${process.arch}, ${availableParallelism()} cores`;
  const what = `${rounds} ${rounds === 1 ? 'round' : 'rounds'} in ${seconds} s. Every token of every response arrived`;
  process.stdout.write(`${[`${where}, ${what}.`, ...tables].join('\n\n')}\n`);
}

async function measureGateway(upstream: URL, { rounds: count, extent, save }: Settings): Promise<string> {
  const columns = columnsFor(extent);
  const rounds: Round[] = [];
  for (let index = 0; index < count; index++) {
    process.stderr.write(`Round ${index + 1} of ${count} …\n`);
    rounds.push(await measureRound(columns, extent, upstream, index % 2 === 1));
  }
  const ratios = medianRatios(rounds, columns);
  const compared = comparison(ratios);
  if (save) saveBaseline(ratios);
  return [tablesOf(rounds, columns), compared].join('\n\n');
}

async function measureDeployed(upstream: URL, { functions }: Settings): Promise<string> {
  process.stderr.write('The functions …\n');
  return functionTablesOf(await measureFunctions(upstream, functions), functions);
}

/** The error and its causes. */
function explain(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  return thrown.cause === undefined ? thrown.message : `${thrown.message}: ${explain(thrown.cause)}`;
}

async function run(): Promise<number> {
  await main(readSettings());
  return 0;
}

runCommand('npm run bench', run).then(
  (code) => {
    process.exitCode = code;
  },
  (thrown: unknown) => {
    process.stderr.write(`The benchmark failed. ${explain(thrown)}\n`);
    // Not just an exit code, because processes that are still starting must end too.
    process.exit(1);
  },
);
