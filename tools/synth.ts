// `npm run synth`: what `npm run deploy` would deploy, into cdk.out. Asks nobody: no account, no network.
import { runCdk } from '../infra/cdk-command.ts';

const { code } = await runCdk(['synth', '--quiet', ...process.argv.slice(2)]);
process.exitCode = code;
