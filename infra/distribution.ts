import { Duration, Validations } from 'aws-cdk-lib';
import {
  AllowedMethods,
  CachePolicy,
  Distribution,
  Function as EdgeFunction,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  HttpVersion,
  OriginProtocolPolicy,
  OriginRequestPolicy,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { CfnWebACL } from 'aws-cdk-lib/aws-wafv2';
import type { Construct } from 'constructs';
import { originSecretHeader, viewerHostHeader } from '../lib/access/origin-secret.ts';
import type { StackConfig } from '../lib/config/stack-schema.ts';

/** Shared by all distributions of a stack. */
export interface Edge {
  /** Only CloudFormation resolves it. The template contains a reference. */
  readonly originSecret: string;
  readonly webAcl: string;
  readonly viewerHost: EdgeFunction;
}

/** Requests per IP address in five minutes. Above this, the address is blocked until it sends fewer. */
const requestsPerAddress = 2000;

/** All statuses for which CloudFront has error caching. */
const errorStatuses = [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504];

export function createEdge(scope: Construct, { name, cloudFront }: StackConfig): Edge {
  return {
    originSecret: originSecret(scope),
    webAcl: typeof cloudFront === 'object' ? cloudFront.webAcl : createWebAcl(scope, name),
    // The functions see their own host, but clients sign the host of the distribution.
    viewerHost: new EdgeFunction(scope, 'ViewerHost', {
      runtime: FunctionRuntime.JS_2_0,
      comment: 'Adds a header with the host that the client requested',
      code: FunctionCode.fromInline(
        `function handler({ request }) { request.headers['${viewerHostHeader}'] = { value: request.headers.host.value }; return request; }`,
      ),
    }),
  };
}

/**
 * A distribution in front of one function. There is one base URL per family as without CloudFront, because the paths
 * of the families overlap. Nothing is cached or compressed, because a compressor waits for text to fill its window.
 */
export function createDistribution(scope: Construct, name: string, domain: string, edge: Edge): string {
  const distribution = new Distribution(scope, 'Distribution', {
    comment: `Sluice for ${name} clients`,
    httpVersion: HttpVersion.HTTP2_AND_3,
    webAclId: edge.webAcl,
    // CloudFront keeps an error of a GET for 10 s otherwise, also for callers that fixed their request.
    errorResponses: errorStatuses.map((httpStatus) => ({ httpStatus, ttl: Duration.seconds(0) })),
    defaultBehavior: {
      origin: new HttpOrigin(domain, {
        protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY,
        // The maximum without a quota increase. Heartbeats every 15 s keep other streams open, but Bedrock's binary
        // streams have none, so CloudFront cuts them after 60 s of silence.
        readTimeout: Duration.seconds(60),
        keepaliveTimeout: Duration.seconds(60),
        customHeaders: { [originSecretHeader]: edge.originSecret },
      }),
      viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
      allowedMethods: AllowedMethods.ALLOW_ALL,
      cachePolicy: CachePolicy.CACHING_DISABLED,
      originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
      compress: false,
      functionAssociations: [{ function: edge.viewerHost, eventType: FunctionEventType.VIEWER_REQUEST }],
    },
  });
  Validations.of(distribution).acknowledge(
    { id: 'AwsSolutions-CFR1', reason: 'Client keys decide who has access, not the country of the client.' },
    {
      id: 'AwsSolutions-CFR3',
      reason: 'The functions log each request. The web ACL counts the requests that it blocks.',
    },
    {
      id: 'AwsSolutions-CFR4',
      reason: 'The TLS policy of a cloudfront.net domain is fixed. A custom domain with its own certificate can use another one.',
    },
  );
  return distribution.distributionDomainName;
}

function originSecret(scope: Construct): string {
  const secret = new Secret(scope, 'OriginSecret', {
    description: 'The functions use this header to verify that a request came through the distribution',
    generateSecretString: { passwordLength: 48, excludePunctuation: true },
  });
  Validations.of(secret).acknowledge({
    id: 'AwsSolutions-SMG4',
    reason:
      'Only a deployment can change this value, because the distribution and the functions must change together. The value alone gives no access. A request also needs a client key.',
  });
  return secret.secretValue.unsafeUnwrap();
}

function createWebAcl(scope: Construct, name: string): string {
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
