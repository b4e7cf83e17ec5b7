// `npm run deploy`: bundles the functions and deploys the stack. `npm run deploy -- diff`, `bootstrap` and `destroy`
// are the CDK commands with these names. `npm run deploy -- rollback` points every URL to the version before.

import { runCdk } from '../infra/cdk-command.ts';
import { adviceFor } from '../infra/deploy-advice.ts';
import { readCommandLine, runCommand, UsageError } from '../lib/app/command-line.ts';
import { ConfigError } from '../lib/config/config-error.ts';
import { loadConfig } from '../lib/config/load-config.ts';
import { nearest } from '../lib/config/nearest.ts';
import { checkQuota } from './deploy/check-quota.ts';
import { rollback } from './deploy/rollback.ts';

const help = `npm run deploy -- [<command>] [options]

Bundles the functions and deploys the stack, then prints its base URLs.

  diff       shows what a deployment would change
  bootstrap  prepares an account and region, once
  rollback   points every URL to the version before
  destroy    deletes the stack. Provider secrets and a table with client keys stay

  --profile <name>             the AWS profile, or AWS_PROFILE
  --role-arn <arn>             the role that CloudFormation uses
  --require-approval <when>    never, any-change or broadening
  --outputs-file <file>        writes the base URLs as JSON
  --toolkit-stack-name <name>  the stack of bootstrap, if it has another name
  --qualifier <text>           the qualifier of bootstrap, if it has another one
  --trust <accounts>           with bootstrap: accounts that may deploy here
  --cloudformation-execution-policies <arns>  with bootstrap: what deployments may do
  --method <how>               with diff: template needs fewer permissions than a change set
  --no-rollback                keeps what was created before a failure
  --force, -f                  destroys without a question
  --ci, --verbose, -v          more output

SLUICE_CONFIG names the configuration (default: sluice.config.ts).

Examples
  npm run deploy -- bootstrap
  npm run deploy
  npm run deploy -- --profile production
  SLUICE_CONFIG=staging.config.ts npm run deploy -- diff
`;

const options = {
  profile: { type: 'string' },
  'role-arn': { type: 'string' },
  'require-approval': { type: 'string' },
  'outputs-file': { type: 'string' },
  'toolkit-stack-name': { type: 'string' },
  qualifier: { type: 'string' },
  trust: { type: 'string' },
  'cloudformation-execution-policies': { type: 'string' },
  method: { type: 'string' },
  'no-rollback': { type: 'boolean' },
  force: { type: 'boolean', short: 'f' },
  ci: { type: 'boolean' },
  verbose: { type: 'boolean', short: 'v' },
} as const;

const commands: Readonly<Record<string, readonly string[]>> = {
  // The CDK asks before it grants new permissions. Without a terminal, the operator is expected to have reviewed
  // them.
  deploy: process.stdin.isTTY ? [] : ['--require-approval', 'never'],
  diff: [],
  bootstrap: [],
  destroy: [],
};

const file = process.env.SLUICE_CONFIG || 'sluice.config.ts';

async function main(): Promise<number> {
  const args = process.argv.slice(2);
  const { positionals } = readCommandLine(args, { help, options, positionals: { min: 0, max: 1 } });
  const [command = 'deploy'] = positionals;
  const names = [...Object.keys(commands), 'rollback'];
  if (!names.includes(command)) {
    const [near] = nearest(command, names, 1);
    throw new UsageError(`unknown command ${JSON.stringify(command)}${near === undefined ? '' : `. Did you mean ${near}?`}`);
  }
  try {
    const config = await loadConfig(file);
    if (command === 'rollback') return await rollback(config, process.env, args.slice(1));
    if (command === 'deploy') await checkQuota(config, file, process.env);
    const { code, output } = await runCdk([
      ...(positionals.length === 0 ? [command] : []),
      ...(commands[command] ?? []),
      ...args,
    ]);
    const advice = adviceFor(command, code, output, config);
    if (advice) process.stderr.write(`\n${advice}\n`);
    return code;
  } catch (thrown) {
    if (!(thrown instanceof ConfigError)) throw thrown;
    process.stderr.write(`${thrown.message}\n`);
    return 1;
  }
}

process.exitCode = await runCommand('npm run deploy', main);
