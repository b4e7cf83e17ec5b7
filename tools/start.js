// `npm start`: installs what it needs, then serves every function on one port with the embedded providers.
import { install, run } from './bootstrap.js';

install({ development: false });
process.exitCode = await run(['functions/dev.ts', ...process.argv.slice(2)]);
