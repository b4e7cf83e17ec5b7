// `npm test`: installs what it needs, then format, lint, types and every test. The last line counts them.
// `npm run test:unit` runs the unit tests alone, `npm run test:watch` those that a change affects.
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkArguments } from './arguments.js';
import { install, run } from './bootstrap.js';
import { runChecks } from './checks.js';

const help = `npm test -- [<path> …] [-t <title>]

Checks format, lint and types, then runs every test, or those under the paths.

  --unit     only the unit tests, in seconds (npm run test:unit)
  --watch    tests that a change affects (npm run test:watch)
  --full     the long suites in full (npm run test:full)
  -t         tests whose title contains this text
  --project  one of unit, clients, slow, integration
  --bail     stops after this number of failures
  -u         updates snapshots

Examples
  npm test
  npm test -- test/wire
  npm test -- test/http -t preflight
`;

const vitest = 'node_modules/vitest/vitest.mjs';
const flags = ['--full', '--unit', '--watch'];
const passed = ['-t', '-u', '--testNamePattern', '--project', '--bail', '--update'];
const args = checkArguments('npm test', { help, options: [...flags, ...passed], takesArguments: true });
install({ development: true });

const isFull = args.includes('--full');
const rest = args.filter((argument) => !flags.includes(argument));

if (args.includes('--watch')) process.exitCode = await run([vitest, 'watch', '--changed', ...rest], { interactive: true });
else if (args.includes('--unit')) process.exitCode = await run([vitest, 'run', '--project', 'unit', '--reporter=dot', ...rest]);
else await gate();

async function gate() {
  if (rest.length === 0) {
    const usual = isFull ? 'an hour or more' : '4 to 8 minutes';
    process.stdout.write(`Format, lint, types and all tests take ${usual} on two cores. For the inner loop: npm run test:unit\n`);
  }
  let { passed, failed } = await runChecks();
  const report = join(tmpdir(), `sluice-tests-${process.pid}.json`);
  const reporters = ['--reporter=dot', '--reporter=./tools/test/progress-reporter.js', '--reporter=json'];
  const code = await run([vitest, 'run', ...reporters, `--outputFile.json=${report}`, ...rest], {
    env: { SLUICE_TEST_FULL: isFull ? '1' : '' },
  });
  const counts = readReport(report);
  passed += counts.passed;
  // A suite that fails to load has no failed test of its own, but is still a failure.
  failed += counts.failed || (code === 0 ? 0 : 1);
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  process.exitCode = failed === 0 ? 0 : 1;
}

function readReport(report) {
  try {
    const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, 'utf8'));
    rmSync(report, { force: true });
    return { passed: numPassedTests, failed: numFailedTests };
  } catch {
    return { passed: 0, failed: 1 };
  }
}
