import { run } from './bootstrap.js';

/** What `npm run check` runs, and `npm test` before the tests. */
const checks = [
  ['format and lint', ['node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.']],
  ['types', ['node_modules/typescript/bin/tsc', '-p', '.']],
];

/** Runs every check, also after one that fails. Resolves with how many passed and failed. */
export async function runChecks() {
  let failed = 0;
  for (const [name, args] of checks) {
    if ((await run(args)) === 0) continue;
    failed++;
    process.stderr.write(`${name}: failed\n`);
  }
  return { passed: checks.length - failed, failed };
}
