// `npm run check:config`: validates the configuration and prints its effective values. Sends no requests.
import { readCommandLine, runCommand } from '../lib/app/command-line.ts';
import { loadEnvFile } from '../lib/app/env-file.ts';
import { resolveConfig } from '../lib/app/resolved-config.ts';
import { ConfigError } from '../lib/config/config-error.ts';
import { loadConfig } from '../lib/config/load-config.ts';
import { configReport } from './check-config/report.ts';

const help = `npm run check:config -- [<file>] [--json]

Checks the configuration and prints what it comes to. Lists every error at once. Connects to nothing.

  <file>   sluice.config.ts, or SLUICE_CONFIG
  --json   prints JSON for programs

Examples
  npm run check:config
  npm run check:config -- staging.json --json
`;

async function main(): Promise<number> {
  const options = { json: { type: 'boolean' } } as const;
  const positionals = { min: 0, max: 1 };
  const parsed = readCommandLine(process.argv.slice(2), { help, options, positionals });
  loadEnvFile(process.env);
  const file = parsed.positionals[0] ?? (process.env.SLUICE_CONFIG || 'sluice.config.ts');
  const { json } = parsed.values;
  const write = (text: string) => process.stdout.write(`${text}\n`);
  try {
    const resolved = resolveConfig(await loadConfig(file), process.env, file);
    write(json ? JSON.stringify({ file, errors: [], ...resolved }, undefined, 2) : configReport(resolved, file));
    return 0;
  } catch (thrown) {
    if (!(thrown instanceof ConfigError)) throw thrown;
    const errors = thrown.message.split('\n');
    if (json) write(JSON.stringify({ file, errors }, undefined, 2));
    else process.stderr.write(`${errors.join('\n')}\n`);
    return 1;
  }
}

process.exitCode = await runCommand('npm run check:config', main);
