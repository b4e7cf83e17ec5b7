// `npm start`: installs the required packages, then serves every function on one port with the embedded providers.
import { install, run } from './bootstrap.js';

install({ development: false });
// The console's modules are served without their types. Node still marks that feature as experimental.
process.exitCode = await run(['--disable-warning=ExperimentalWarning', 'functions/dev.ts', ...process.argv.slice(2)]);
