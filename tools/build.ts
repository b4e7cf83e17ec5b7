// `npm run build`: bundles the server for containers into dist/server, with the configuration and the client keys.
import { resolve } from 'node:path';
import { bundle } from '../infra/bundle.ts';
import { readCommandLine, runCommand } from '../lib/app/command-line.ts';
import { ConfigError } from '../lib/config/config-error.ts';
import { loadConfig } from '../lib/config/load-config.ts';

const help = `npm run build

Bundles the server for containers into dist/server, with the configuration and the client keys. SLUICE_CONFIG names the
configuration (default: sluice.config.ts).

Examples
  npm run build && node dist/server/index.mjs
  SLUICE_CONFIG=staging.config.ts npm run build
`;

async function main(): Promise<number> {
  readCommandLine(process.argv.slice(2), { help });
  const folder = resolve('dist/server');
  const configFile = process.env.SLUICE_CONFIG || 'sluice.config.ts';
  try {
    await loadConfig(configFile);
  } catch (thrown) {
    if (!(thrown instanceof ConfigError)) throw thrown;
    process.stderr.write(`${thrown.message}\n`);
    return 1;
  }
  const { files } = await bundle({ entry: 'functions/server.ts', configFile, folder });
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  process.stdout.write(`dist/server: ${Math.round(bytes / 1000)} KB\nnode dist/server/index.mjs\n`);
  return 0;
}

process.exitCode = await runCommand('npm run build', main);
