// `npm run format`: formats the sources and applies the linter's safe fixes.
import { install, run } from './bootstrap.js';

install({ development: true });
process.exitCode = await run(['node_modules/@biomejs/biome/bin/biome', 'check', '--write', '.']);
