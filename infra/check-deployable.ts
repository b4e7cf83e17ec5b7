import { ConfigError } from '../lib/config/config-error.ts';
import { type ConfigFault, faultLine } from '../lib/config/config-fault.ts';
import { deploymentFaults } from '../lib/config/deployment-faults.ts';
import type { Config } from '../lib/config/schema.ts';

/**
 * Refuses what would only go wrong once it is deployed. `region` is where the stack goes, as far as that is known.
 * Throws a ConfigError with a line for each fault.
 */
export function checkDeployable(config: Config, region: string | undefined, file: string): void {
  const faults = [...deploymentFaults(config), ...stackFaults(config, region)];
  if (faults.length > 0) throw new ConfigError(faults.map((fault) => faultLine(fault, file)).join('\n'));
}

/** Parts of the stack that cannot be had together, or not there. */
function stackFaults({ stack }: Config, region: string | undefined): ConfigFault[] {
  const { auth, cloudFront, monthlyBudget, alarmEmail, alarmTopic } = stack;
  const faults: ConfigFault[] = [];
  if (cloudFront !== false && auth === 'iam') {
    faults.push({
      path: ['stack', 'cloudFront'],
      expected: 'false, since stack.auth is "iam"',
      found: JSON.stringify(cloudFront),
      fix: 'Leave one of the two out: a distribution cannot sign what clients send.',
    });
  }
  if (cloudFront === true && region !== 'us-east-1') {
    faults.push({
      path: ['stack', 'cloudFront'],
      expected: 'a stack in us-east-1, since a web ACL for CloudFront is made nowhere else',
      found: region === undefined ? 'one whose region is not known' : `one in ${region}`,
      fix: 'Set stack.region to "us-east-1", or name a web ACL that is there: cloudFront: { webAcl: "arn:aws:wafv2:us-east-1:…" }.',
    });
  }
  if (monthlyBudget !== undefined && !alarmEmail && !alarmTopic) {
    faults.push({
      path: ['stack', 'monthlyBudget'],
      expected: 'somebody who is told',
      found: 'nobody',
      fix: 'Add stack.alarmEmail or stack.alarmTopic.',
    });
  }
  return faults;
}
