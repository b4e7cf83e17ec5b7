// `npm test`: installs what it needs, then format and lint, types, and every test; one closing line counts them.
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { install, run } from './bootstrap.js';

install({ development: true });

const full = process.argv.includes('--full');
const rest = process.argv.slice(2).filter((argument) => argument !== '--full');
const report = join(tmpdir(), `sluice-tests-${process.pid}.json`);
const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`];

const steps = [
  ['format and lint', ['node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.']],
  ['types', ['node_modules/typescript/bin/tsc', '-p', '.']],
  ['tests', [...vitest, ...rest], { SLUICE_TEST_FULL: full ? '1' : '' }],
];

let failed = 0;
let passed = 0;
for (const [name, args, env] of steps) {
  const code = await run(args, { env });
  if (name !== 'tests') {
    code === 0 ? passed++ : failed++;
    if (code !== 0) process.stderr.write(`${name}: failed\n`);
    continue;
  }
  const counts = readReport();
  passed += counts.passed;
  // A suite that could not be loaded has no failed test of its own, and is still a failure.
  failed += counts.failed || (code === 0 ? 0 : 1);
}
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;

function readReport() {
  try {
    const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, 'utf8'));
    rmSync(report, { force: true });
    return { passed: numPassedTests, failed: numFailedTests };
  } catch {
    return { passed: 0, failed: 1 };
  }
}
