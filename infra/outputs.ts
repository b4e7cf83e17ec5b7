import { CfnOutput, type Stack } from 'aws-cdk-lib';
import { tableOutput } from '../lib/config/key-store.ts';
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

/** Ready-to-use base URLs, and the setting for it in the clients. */
export function writeBaseUrls(stack: Stack, families: readonly Family[], urls: readonly BaseUrl[]): void {
  for (const { name, output, setting } of families) {
    const url = urls.find((one) => one.name === name)?.url;
    if (url !== undefined) new CfnOutput(stack, output, { value: url, description: `For ${setting}` });
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

/** The command that stops a function. Running streams finish and no new request starts. */
export function writeEmergencyStops(stack: Stack, functions: readonly DeployedFunction[]): void {
  for (const { name, function: deployed, reservedConcurrency } of functions) {
    if (!deployed) {
      new CfnOutput(stack, `EmergencyStop${lettersOf(name)}`, {
        value: 'Set stack.webFunctions to { rateLimit: 0 } and run npm run deploy',
        description: 'Stops all requests. To resume, remove the rateLimit and deploy again',
      });
      continue;
    }
    new CfnOutput(stack, `EmergencyStop${lettersOf(name)}`, {
      value: `aws lambda put-function-concurrency --region ${stack.region} --function-name ${deployed.functionName} --reserved-concurrent-executions 0`,
      description: `Stops all requests. To resume: aws lambda ${resume(deployed.functionName, reservedConcurrency, stack.region)}`,
    });
  }
}

/** What takes the stop back: the reservation of the configuration, or none. */
function resume(functionName: string, reservedConcurrency: number | false, region: string): string {
  const of = `--region ${region} --function-name ${functionName}`;
  return reservedConcurrency === false
    ? `delete-function-concurrency ${of}`
    : `put-function-concurrency ${of} --reserved-concurrent-executions ${reservedConcurrency}`;
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
