// `npm run bench`: installs what it needs, then measures the gateway beside a raw pipe. `--quick` for a first look.
import { install, run } from './bootstrap.js';

install({ development: false });
process.exitCode = await run(['tools/bench/main.ts', ...process.argv.slice(2)]);
