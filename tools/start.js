// `npm start`: installs what it needs, then serves every function on one port with the embedded providers.
import { install, run } from './bootstrap.js';

install({ development: false });
// The console's modules are served without their types, by a part of Node that still calls itself experimental.
process.exitCode = await run(['--disable-warning=ExperimentalWarning', 'functions/dev.ts', ...process.argv.slice(2)]);
