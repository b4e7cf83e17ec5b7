import { CfnOutput, type Stack } from 'aws-cdk-lib';
import { tableOutput } from '../lib/config/key-store.ts';
import type { StackConfig } from '../lib/config/stack-schema.ts';
import { putSecretCommand } from '../lib/secrets/secret-commands.ts';
import type { DeployedFunction } from './deployed-function.ts';
import type { Family } from './families.ts';
import type { SecretOfStack } from './provider-secrets.ts';

/** The base URL of one client family. */
export interface BaseUrl {
  readonly name: string;
  readonly url: string;
}

/** The base URLs of these hosts, by family. */
export function baseUrls(families: readonly Family[], domains: ReadonlyMap<string, string>): BaseUrl[] {
  return families.flatMap(({ name, path }) => {
    const domain = domains.get(name);
    return domain === undefined ? [] : [{ name, url: `https://${domain}${path}` }];
  });
}

/** Ready-to-use base URLs, and how clients use them. */
export function writeBaseUrls(
  stack: Stack,
  families: readonly Family[],
  { urls, auth }: { urls: readonly BaseUrl[]; auth: StackConfig['auth'] },
): void {
  for (const { name, output, setting, signedSetting } of families) {
    const url = urls.find((one) => one.name === name)?.url;
    const description = `For ${auth === 'iam' ? signedSetting : setting}`;
    if (url !== undefined) new CfnOutput(stack, output, { value: url, description });
  }
}

/** What the policies of callers have to name where AWS verifies signatures. */
export function writeCallableArns(stack: Stack, functions: readonly DeployedFunction[]): void {
  for (const { name, callable } of functions) {
    const description = `Callers need ${callable.actions.join(' and ')} on this resource`;
    new CfnOutput(stack, `Callable${lettersOf(name)}`, { value: callable.arn, description });
  }
}

/** The command that stores a provider's key, for each secret of the stack. */
export function writeSecretCommands(stack: Stack, secrets: readonly SecretOfStack[]): void {
  for (const { name } of secrets.filter(({ created }) => created)) {
    new CfnOutput(stack, `PutSecret${lettersOf(name)}`, {
      value: putSecretCommand(name, stack.region),
      description: 'Run it, paste the key, then press Enter and Ctrl-D',
    });
  }
}

/**
 * The command that stops a function, and the one that resumes it. Running streams finish and no new request starts. The
 * CDK prints the values of outputs without their descriptions, so both are values.
 */
export function writeEmergencyStops(stack: Stack, functions: readonly DeployedFunction[]): void {
  for (const { name, function: deployed, reservedConcurrency } of functions) {
    const output = (prefix: string, value: string, description: string) =>
      new CfnOutput(stack, `${prefix}${lettersOf(name)}`, { value, description });
    if (!deployed) {
      output('EmergencyStop', 'Set stack.webFunctions to { rateLimit: 0 } and run npm run deploy', 'Stops all requests');
      output('Resume', 'Remove rateLimit from stack.webFunctions and run npm run deploy', 'Ends the emergency stop');
      continue;
    }
    const { functionName } = deployed;
    output('EmergencyStop', concurrencyCommand(functionName, 0, stack.region), 'Stops all requests');
    output('Resume', concurrencyCommand(functionName, reservedConcurrency, stack.region), 'Ends the emergency stop');
  }
}

/** Sets the reserved concurrency of a function. `false` removes it. */
function concurrencyCommand(functionName: string, reserved: number | false, region: string): string {
  const [verb, value] = reserved === false ? ['delete', ''] : ['put', ` --reserved-concurrent-executions ${reserved}`];
  return `aws lambda ${verb}-function-concurrency --region ${region} --function-name ${functionName}${value}`;
}

/** The name by which `npm run keys` finds the table. */
export function writeTable(stack: Stack, tableName: string): void {
  new CfnOutput(stack, tableOutput, { value: tableName, description: 'The table of limits and client keys, for npm run keys' });
}

/** `sluice/lab-two` as part of an output name, which allows only letters and digits. */
function lettersOf(name: string): string {
  return name
    .split(/[^A-Za-z0-9]+/)
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join('');
}
