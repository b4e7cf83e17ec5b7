// `npm run deploy`: bundles the functions and deploys the stack. `npm run deploy -- diff`, `bootstrap` and `destroy`
// are the CDK commands with these names. Further arguments go to the CDK. `npm run deploy -- rollback` points every URL
// to the version before.

import { runCdk } from '../infra/cdk-command.ts';
import { adviceFor } from '../infra/deploy-advice.ts';
import { ConfigError } from '../lib/config/config-error.ts';
import { loadConfig } from '../lib/config/load-config.ts';
import { checkQuota } from './deploy/check-quota.ts';
import { rollback } from './deploy/rollback.ts';

const commands: Readonly<Record<string, readonly string[]>> = {
  // The CDK asks before it grants new permissions. Without a terminal, the operator is expected to have reviewed
  // them.
  deploy: process.stdin.isTTY ? [] : ['--require-approval', 'never'],
  diff: [],
  bootstrap: [],
  destroy: [],
};

const [first = '', ...rest] = process.argv.slice(2);
const [command, args] = Object.hasOwn(commands, first) ? [first, rest] : ['deploy', process.argv.slice(2)];
const file = process.env.SLUICE_CONFIG || 'sluice.config.ts';

async function main(): Promise<number> {
  const config = await loadConfig(file);
  if (first === 'rollback') return rollback(config, process.env, rest);
  if (command === 'deploy') await checkQuota(config, file, process.env);
  const { code, output } = await runCdk([command, ...(commands[command] ?? []), ...args]);
  const advice = adviceFor(command, code, output, config);
  if (advice) process.stderr.write(`\n${advice}\n`);
  return code;
}

process.exitCode = await main().catch((thrown: unknown) => {
  if (!(thrown instanceof ConfigError)) throw thrown;
  process.stderr.write(`${thrown.message}\n`);
  return 1;
});
