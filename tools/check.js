// `npm run check`: format, lint and types, without the tests.
import { install } from './bootstrap.js';
import { runChecks } from './checks.js';

install({ development: true });
const { failed } = await runChecks();
process.exitCode = failed === 0 ? 0 : 1;
