// `npm run doctor`: checks what is configured and what works, and how to fix the rest. Calls each provider once, free
// of charge.
import { readCommandLine, runCommand } from '../lib/app/command-line.ts';
import { loadEnvFile } from '../lib/app/env-file.ts';
import { examinationReport, examine } from './doctor/examine.ts';

const help = `npm run doctor

Checks keys, providers, the AWS identity, models, secrets and quotas. Each failure comes with its fix. It costs nothing
and prints no key. SLUICE_CONFIG names the configuration. Without it, it is sluice.config.ts.

Examples
  npm run doctor
  SLUICE_CONFIG=staging.config.ts npm run doctor
`;

async function main(): Promise<number> {
  readCommandLine(process.argv.slice(2), { help });
  loadEnvFile(process.env);
  const examined = await examine(process.env, process.env.SLUICE_CONFIG || 'sluice.config.ts');
  process.stdout.write(`${examinationReport(examined)}\n`);
  return examined.some(({ findings }) => findings.some(({ state }) => state === 'wrong')) ? 1 : 0;
}

// Connections that are kept alive would keep the process alive too.
process.exit(await runCommand('npm run doctor', main));
