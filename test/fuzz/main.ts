import { parseArgs } from 'node:util';
import { fuzzes } from './run.ts';

const { values } = parseArgs({ options: { seed: { type: 'string' }, count: { type: 'string' }, only: { type: 'string' } } });
const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(values.seed);
const count = Number(values.count ?? 10_000);
const chosen = fuzzes.filter(({ name }) => values.only === undefined || name === values.only);

if (!Number.isInteger(seed) || !Number.isInteger(count) || count < 1 || chosen.length === 0) {
  console.error(
    `Usage: npm run test:fuzz -- [--seed=NUMBER] [--count=NUMBER] [--only=${fuzzes.map(({ name }) => name).join('|')}]`,
  );
  process.exit(2);
}
console.log(`seed ${seed}, ${count} cases of each: ${chosen.map(({ name }) => name).join(', ')}`);
for (const { name, run } of chosen) {
  const started = performance.now();
  const failure = await run(seed, count);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(failure ?? `${name}: ${count} cases are well, ${seconds} s`);
  if (failure !== undefined) process.exitCode = 1;
}
