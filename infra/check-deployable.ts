import { ConfigError } from '../lib/config/config-error.ts';
import { deploymentDiagnostics } from '../lib/config/deployment-diagnostics.ts';
import { type ConfigDiagnostic, diagnosticLine } from '../lib/config/diagnostic.ts';
import { keyFileBeside, readKeyFile } from '../lib/config/key-file.ts';
import { keysAreInTable } from '../lib/config/key-store.ts';
import type { Config } from '../lib/config/schema.ts';

/**
 * Rejects a configuration that would fail after deployment. `region` is the region of the stack, if known. Throws a
 * ConfigError with a line per problem.
 */
export function checkDeployable(config: Config, region: string | undefined, file: string): void {
  const diagnostics = [...deploymentDiagnostics(config), ...stackFaults(config, region), ...keyFileFaults(config, file)];
  if (diagnostics.length > 0) throw new ConfigError(diagnostics.map((diagnostic) => diagnosticLine(diagnostic, file)).join('\n'));
}

/** Keys in a file that no function would read. */
function keyFileFaults(config: Config, file: string): ConfigDiagnostic[] {
  const keyFile = keyFileBeside(file);
  if (!keysAreInTable(config) || readKeyFile(keyFile).length === 0) return [];
  return [
    {
      path: ['keys', 'store'],
      expected: `no keys in ${keyFile}, because the functions only read the table`,
      found: 'some',
      fix: "Move them first: npm run keys -- import. A stack without a table gets one when you deploy it with limits: { store: 'dynamodb' }.",
    },
  ];
}

/** Parts of the stack that exclude each other or are not available in this region. */
function stackFaults({ stack }: Config, region: string | undefined): ConfigDiagnostic[] {
  const { auth, cloudFront, domain, monthlyBudget, alarmEmail, alarmTopic } = stack;
  const diagnostics: ConfigDiagnostic[] = [];
  if (cloudFront !== false && auth === 'iam') {
    diagnostics.push({
      path: ['stack', 'cloudFront'],
      expected: 'false, since stack.auth is "iam"',
      found: JSON.stringify(cloudFront),
      fix: "Remove one of the two. A distribution can't sign the requests of clients.",
    });
  }
  if (cloudFront === true && region !== 'us-east-1') {
    diagnostics.push({
      path: ['stack', 'cloudFront'],
      expected: 'a stack in us-east-1, because a web ACL for CloudFront can only be created there',
      found: region === undefined ? 'an unknown region' : `one in ${region}`,
      fix: 'Set stack.region to "us-east-1", or use an existing web ACL: cloudFront: { webAcl: "arn:aws:wafv2:us-east-1:…" }.',
    });
  }
  if (domain && cloudFront === false) {
    diagnostics.push({
      path: ['stack', 'domain'],
      expected: 'stack.cloudFront, because only a distribution has a host name of your own',
      found: 'none',
      fix: 'Set stack.cloudFront to true or to an existing web ACL.',
    });
  }
  if (domain && !domain.certificateArn && !domain.hostedZone) {
    diagnostics.push({
      path: ['stack', 'domain'],
      expected: 'certificateArn or hostedZone',
      found: 'neither',
      fix: 'Set hostedZone, so that the stack requests a certificate. Or set certificateArn to one in us-east-1.',
    });
  }
  if (domain?.hostedZone && !domain.certificateArn && region !== 'us-east-1') {
    diagnostics.push({
      path: ['stack', 'domain', 'certificateArn'],
      expected: 'the ARN of a certificate in us-east-1, because a stack elsewhere can request none for CloudFront',
      found: 'none',
      fix: 'Request it in us-east-1 and set its ARN, or set stack.region to "us-east-1".',
    });
  }
  if (monthlyBudget !== undefined && !alarmEmail && !alarmTopic) {
    diagnostics.push({
      path: ['stack', 'monthlyBudget'],
      expected: 'a recipient for notifications',
      found: 'nobody',
      fix: 'Set `stack.alarmEmail` or `stack.alarmTopic`.',
    });
  }
  return diagnostics;
}
