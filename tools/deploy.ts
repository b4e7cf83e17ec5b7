// `npm run deploy`: bundles the functions and deploys the stack. `npm run deploy -- diff`, `bootstrap` and `destroy`
// are the CDK commands with these names. Further arguments go to the CDK.
import { adviceFor } from '../infra/alarm-advice.ts';
import { runCdk } from '../infra/cdk-command.ts';

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
const { code, said } = await runCdk([command, ...(commands[command] ?? []), ...args]);
const advice = adviceFor(command, code, said);
if (advice) process.stderr.write(`\n${advice}\n`);
process.exitCode = code;
