import { CfnWebACL } from 'aws-cdk-lib/aws-wafv2';
import type { Construct } from 'constructs';

/** Requests per IP address in five minutes. Above this, the address is blocked until it sends fewer. */
const requestsPerAddress = 2000;

/** A firewall for CloudFront, which can only be created in us-east-1. Returns its ARN. */
export function createWebAcl(scope: Construct, name: string): string {
  const visibility = (metricName: string) => ({ cloudWatchMetricsEnabled: true, sampledRequestsEnabled: false, metricName });
  return new CfnWebACL(scope, 'WebAcl', {
    description: 'Blocks IP addresses that send too many requests to Sluice',
    scope: 'CLOUDFRONT',
    defaultAction: { allow: {} },
    visibilityConfig: visibility(`${name}-web-acl`),
    rules: [
      {
        name: 'requests-per-address',
        priority: 0,
        action: { block: { customResponse: { responseCode: 429 } } },
        statement: { rateBasedStatement: { limit: requestsPerAddress, evaluationWindowSec: 300, aggregateKeyType: 'IP' } },
        visibilityConfig: visibility(`${name}-requests-per-address`),
      },
    ],
  }).attrArn;
}
