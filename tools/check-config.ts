// `npm run check:config [-- file] [-- --json]`: is the configuration good, and what does it come to? Asks nobody.
import { parseArgs } from 'node:util';
import { resolveConfig } from '../lib/app/resolved-config.ts';
import { ConfigError } from '../lib/config/config-error.ts';
import { loadConfig } from '../lib/config/load-config.ts';
import { configReport } from './check-config/report.ts';

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({ options: { json: { type: 'boolean' } }, allowPositionals: true });
  const file = positionals[0] ?? (process.env.SLUICE_CONFIG || 'sluice.config.ts');
  const write = (text: string) => process.stdout.write(`${text}\n`);
  try {
    const resolved = resolveConfig(await loadConfig(file), process.env, file);
    write(values.json ? JSON.stringify({ file, errors: [], ...resolved }, undefined, 2) : configReport(resolved, file));
    return 0;
  } catch (thrown) {
    if (!(thrown instanceof ConfigError)) throw thrown;
    const errors = thrown.message.split('\n');
    if (values.json) write(JSON.stringify({ file, errors }, undefined, 2));
    else process.stderr.write(`${errors.join('\n')}\n`);
    return 1;
  }
}

process.exitCode = await main();
