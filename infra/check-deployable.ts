import { ConfigError } from '../lib/config/config-error.ts';
import type { Config } from '../lib/config/schema.ts';

/**
 * Refuses what would only go wrong once it is deployed. `region` is where the stack goes, as far as that is known.
 * Throws a ConfigError with a line for each fault.
 */
export function checkDeployable({ keys, stack }: Config, region: string | undefined, file: string): void {
  const { auth, cloudFront, webFunctions, monthlyBudget, alarmEmail, alarmTopic } = stack;
  const faults: [path: string, expected: string, found: string, fix: string][] = [];
  if (keys.length === 0 && (auth === 'keys' || webFunctions)) {
    faults.push([
      'keys',
      `at least one client key, since ${auth === 'keys' ? 'the URLs are open to everybody' : 'a Web Function is not told who has signed'}`,
      'none',
      'Make one: npm run keys -- create app',
    ]);
  }
  if (cloudFront !== false && auth === 'iam') {
    faults.push([
      'stack.cloudFront',
      'false, since stack.auth is "iam"',
      JSON.stringify(cloudFront),
      'Leave one of the two out: a distribution cannot sign what clients send.',
    ]);
  }
  if (cloudFront === true && region !== 'us-east-1') {
    faults.push([
      'stack.cloudFront',
      'a stack in us-east-1, since a web ACL for CloudFront is made nowhere else',
      region === undefined ? 'one whose region is not known' : `one in ${region}`,
      `Set stack.region to "us-east-1", or name a web ACL that is there: cloudFront: { webAcl: "arn:aws:wafv2:us-east-1:…" }.`,
    ]);
  }
  if (monthlyBudget !== undefined && !alarmEmail && !alarmTopic) {
    faults.push(['stack.monthlyBudget', 'somebody who is told', 'nobody', 'Add stack.alarmEmail or stack.alarmTopic.']);
  }
  if (faults.length === 0) return;
  throw new ConfigError(
    faults.map(([path, expected, found, fix]) => `${file}: ${path}: expected ${expected}; found ${found}. ${fix}`).join('\n'),
  );
}
