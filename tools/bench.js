// `npm run bench`: installs what it needs (to bundle functions too), then measures. `--quick` for a first look.
import { install, run } from './bootstrap.js';

install({ development: true });
process.exitCode = await run(['tools/bench/main.ts', ...process.argv.slice(2)]);
