// `npm run deploy`: bundles the functions and deploys the stack. `npm run deploy -- diff`, `bootstrap` and `destroy` are
// the CDK's commands of those names; further arguments are the CDK's too.
import { adviceFor } from '../infra/alarm-advice.ts';
import { runCdk } from '../infra/cdk-command.ts';

const commands: Readonly<Record<string, readonly string[]>> = {
  // The CDK asks before it grants more than was granted; where nobody is there to answer, whoever runs it has looked.
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
