// `npm run synth`: writes what `npm run deploy` would deploy into cdk.out. Needs no account and no network.
import { parseArgs } from 'node:util';
import { runCdk } from '../infra/cdk-command.ts';

const args = process.argv.slice(2);
const { code } = await runCdk(['synth', '--quiet', ...args]);
if (code === 0) {
  const { values } = parseArgs({ args, options: { output: { type: 'string', short: 'o' } }, strict: false });
  process.stderr.write(`The template and the functions are in ${values.output ?? 'cdk.out'}. Nothing was deployed.\n`);
}
process.exitCode = code;
