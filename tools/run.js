// `node tools/run.js [--development] <file> …`: installs the required packages, then runs a TypeScript file on Node
// 24.
import { install, run } from './bootstrap.js';

const rest = process.argv.slice(2);
const development = rest[0] === '--development';
if (development) rest.shift();
install({ development });
process.exitCode = await run(rest, { interactive: true });
