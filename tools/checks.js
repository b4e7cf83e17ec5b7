import { run } from './bootstrap.js';

/** What `npm run check` runs, and `npm test` before the tests. */
const checks = [
  ['format and lint', ['node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.']],
  ['types', ['node_modules/typescript/bin/tsc', '-p', '.']],
];

/** Runs every check, even after a failed one. Resolves with the number of passed and failed ones. */
export async function runChecks() {
  let failed = 0;
  for (const [name, args] of checks) {
    if ((await run(args)) === 0) continue;
    failed++;
    process.stderr.write(`${name}: failed\n`);
  }
  return { passed: checks.length - failed, failed };
}
