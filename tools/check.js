// `npm run check`: format, lint and types, without the tests.
import { checkArguments } from './arguments.js';
import { install } from './bootstrap.js';
import { runChecks } from './checks.js';

const help = `npm run check

Checks format, lint and types, without the tests.

Examples
  npm run check
`;

checkArguments('npm run check', { help });
install({ development: true });
const { failed } = await runChecks();
process.exitCode = failed === 0 ? 0 : 1;
