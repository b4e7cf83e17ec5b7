import { Duration, Validations } from 'aws-cdk-lib';
import {
  AllowedMethods,
  type BehaviorOptions,
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
import type { Construct } from 'constructs';
import { originSecretHeader } from '../lib/access/origin-secret.ts';
import type { StackConfig } from '../lib/config/stack-schema.ts';
import { addRecords, certificateOf } from './custom-domain.ts';
import { edgeCode } from './edge-function.ts';
import { createWebAcl } from './web-acl.ts';

/** A function behind the distribution: its client family, and the host of its URL. */
export interface EdgeOrigin {
  readonly family: string;
  readonly host: string;
}

export interface DistributionSettings {
  readonly stack: StackConfig;
  /** All functions. The first one gets the requests that belong to no other. */
  readonly origins: readonly EdgeOrigin[];
  /** From `createOriginSecret`. */
  readonly originSecret: string;
}

/** All statuses for which CloudFront has error caching. */
const errorStatuses = [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504];

/** Paths of the families. They only make the origins known to CloudFront. The edge function selects among them. */
const familyPaths: Readonly<Record<string, string>> = {
  anthropic: '/v1/messages*',
  bedrock: '/model/*',
  console: '/console/*',
};

/**
 * One distribution in front of all functions, so that every client has the same base URL. Returns its host. Nothing is
 * cached or compressed, because a compressor waits for text to fill its window. Errors keep the bodies of the functions,
 * which are in the dialect of the client. CloudFront's own error pages would replace those too.
 */
export function createDistribution(scope: Construct, { stack, origins, originSecret }: DistributionSettings): string {
  const { cloudFront, domain, name } = stack;
  const edgeFunction = new EdgeFunction(scope, 'Edge', {
    runtime: FunctionRuntime.JS_2_0,
    comment: 'Selects the function of the client family and adds a header with the host that the client requested',
    code: FunctionCode.fromInline(edgeCode(origins.map(({ family }) => family))),
  });
  const behaviors = origins.map(({ family, host }): [string | undefined, BehaviorOptions] => [
    familyPaths[family],
    {
      origin: new HttpOrigin(host, {
        originId: family,
        protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY,
        // The maximum without a quota increase. Heartbeats every 15 s keep other streams open, but Bedrock's binary
        // streams have none, so CloudFront cuts them after 60 s of silence.
        readTimeout: Duration.seconds(60),
        keepaliveTimeout: Duration.seconds(60),
        customHeaders: { [originSecretHeader]: originSecret },
      }),
      viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
      allowedMethods: AllowedMethods.ALLOW_ALL,
      cachePolicy: CachePolicy.CACHING_DISABLED,
      originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
      compress: false,
      functionAssociations: [{ function: edgeFunction, eventType: FunctionEventType.VIEWER_REQUEST }],
    },
  ]);
  const [[, defaultBehavior] = [undefined, undefined], ...others] = behaviors;
  if (!defaultBehavior) throw new Error('A distribution needs at least one function.');
  const certificate = domain && certificateOf(scope, domain);
  const distribution = new Distribution(scope, 'Distribution', {
    comment: `Sluice ${name}`,
    httpVersion: HttpVersion.HTTP2_AND_3,
    webAclId: typeof cloudFront === 'object' ? cloudFront.webAcl : createWebAcl(scope, name),
    // CloudFront keeps an error of a GET for 10 s otherwise, also for callers that fixed their request.
    errorResponses: errorStatuses.map((httpStatus) => ({ httpStatus, ttl: Duration.seconds(0) })),
    defaultBehavior,
    additionalBehaviors: Object.fromEntries(others.flatMap(([path, behavior]) => (path ? [[path, behavior]] : []))),
    ...(domain && certificate && { domainNames: [domain.name], certificate }),
  });
  Validations.of(distribution).acknowledge(
    { id: 'AwsSolutions-CFR1', reason: 'Client keys decide who has access, not the country of the client.' },
    {
      id: 'AwsSolutions-CFR3',
      reason: 'The functions log each request. The web ACL counts the requests that it blocks.',
    },
  );
  if (!domain) {
    Validations.of(distribution).acknowledge({
      id: 'AwsSolutions-CFR4',
      reason: 'The TLS policy of a cloudfront.net domain is fixed. `stack.domain` has another one.',
    });
    return distribution.distributionDomainName;
  }
  addRecords(scope, domain, distribution.distributionDomainName);
  return domain.name;
}

/** What the distribution sends with each request. Only CloudFormation resolves it. The template contains a reference. */
export function createOriginSecret(scope: Construct): string {
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
