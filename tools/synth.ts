// `npm run synth`: writes what `npm run deploy` would deploy into cdk.out. Needs no account and no network.
import { runCdk } from '../infra/cdk-command.ts';
import { readCommandLine, runCommand } from '../lib/app/command-line.ts';

const help = `npm run synth -- [--output <folder>]

Writes the CloudFormation template and the bundled functions that npm run deploy would deploy. Needs no account and no
network.

  --output, -o  the folder (default: cdk.out)

Examples
  npm run synth
  SLUICE_CONFIG=staging.config.ts npm run synth -- --output staging.out
`;

async function main(): Promise<number> {
  const options = { output: { type: 'string', short: 'o', default: 'cdk.out' } } as const;
  const { output } = readCommandLine(process.argv.slice(2), { help, options }).values;
  const { code } = await runCdk(['synth', '--quiet', '--output', output]);
  if (code === 0) process.stderr.write(`The template and the functions are in ${output}. Nothing was deployed.\n`);
  return code;
}

process.exitCode = await runCommand('npm run synth', main);
