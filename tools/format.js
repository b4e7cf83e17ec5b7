// `npm run format`: formats the sources and applies the linter's safe fixes.
import { checkArguments } from './arguments.js';
import { install, run } from './bootstrap.js';

const help = `npm run format

Formats the sources and applies the safe fixes of the linter. Rewrites files.

Examples
  npm run format
`;

checkArguments('npm run format', { help });
install({ development: true });
process.exitCode = await run(['node_modules/@biomejs/biome/bin/biome', 'check', '--write', '.']);
