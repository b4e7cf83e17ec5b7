import { type CfnElement, Duration, RemovalPolicy, Stack, Token, Validations } from 'aws-cdk-lib';
import type { PolicyStatementProps } from 'aws-cdk-lib/aws-iam';
import {
  ApplicationLogLevel,
  type CfnWebFunctionEndpoint,
  SystemLogLevel,
  WebFunction,
  WebFunctionAuthType,
  WebFunctionCode,
  WebFunctionRuntime,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { StackConfig } from '../lib/config/stack-schema.ts';
import type { DeployedFunction } from './deployed-function.ts';
import { functionRole } from './function-role.ts';

export interface WebServerSettings {
  /** The output folder of `bundle` for the server. */
  readonly folder: string;
  readonly stack: StackConfig;
  readonly timeoutSeconds: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly access: readonly PolicyStatementProps[];
}

/**
 * Every function in one server on Lambda Web Functions, where many requests share an environment. The server notices
 * a disconnecting client if the platform closes its connection, which AWS doesn't document. Web Functions have no
 * reserved concurrency. A rate limit of 0 is their emergency stop.
 */
export class WebServer extends Construct implements DeployedFunction {
  readonly name = 'web';
  readonly logGroup: LogGroup;
  readonly function = undefined;
  readonly reservedConcurrency = false;
  readonly web: { readonly functionName: string; readonly endpointName: string };
  readonly callable: DeployedFunction['callable'];
  /** The host of its endpoint. */
  readonly domain: string;

  constructor(scope: Construct, { folder, stack, timeoutSeconds, environment, access }: WebServerSettings) {
    super(scope, 'web');
    const webFunctionName = `${stack.name}-${this.name}`;
    this.logGroup = new LogGroup(this, 'Logs', {
      retention: stack.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const { endpoint } = new WebFunction(this, 'Function', {
      webFunctionName,
      revisionDescription: 'Sluice for all clients',
      runtime: WebFunctionRuntime.NODEJS_24_X,
      entryPoint: 'index.mjs',
      code: WebFunctionCode.fromAssetToManagedBucket(folder),
      timeout: Duration.seconds(timeoutSeconds),
      environment: { ...environment },
      role: functionRole(this, webFunctionName, this.logGroup, access),
      logGroup: this.logGroup,
      applicationLogLevel: ApplicationLogLevel.INFO,
      systemLogLevel: SystemLogLevel.INFO,
      ...(typeof stack.webFunctions === 'object' && { defaultEndpoint: defined(stack.webFunctions) }),
      defaultEndpointAuth: stack.auth === 'iam' ? WebFunctionAuthType.IAM_AUTH : WebFunctionAuthType.APPLICATION_MANAGED,
    });
    this.domain = endpoint.domainName;
    this.callable = { arn: endpoint.endpointArn, actions: ['lambda:InvokeWebFunctionEndpoint'] };
    const { endpointName } = endpoint.node.defaultChild as CfnWebFunctionEndpoint;
    this.web = { functionName: webFunctionName, endpointName };
    Validations.of(endpoint).acknowledge({
      id: 'Annotation::@aws-cdk/aws-lambda:webFunctionPublicEndpoint',
      reason: 'Every request needs a client key, which is checked before anything else.',
    });
    acknowledgeCopy(this);
  }
}

/** Without the members that are undefined, which the CDK's types refuse. */
function defined({ rateLimit, maxEnvironments }: Exclude<StackConfig['webFunctions'], boolean>) {
  return { ...(rateLimit !== undefined && { rateLimit }), ...(maxEnvironments !== undefined && { maxEnvironments }) };
}

/** The code is in a bucket of the stack. A CDK function copies it there during deployment. */
function acknowledgeCopy(scope: Construct): void {
  const stack = Stack.of(scope);
  const { children } = stack.node;
  const bucket = children.find(({ node }) => node.id === 'AWSCDKWebFunctionAssetBucket');
  const copier = children.find(({ node }) => node.id.startsWith('Custom::S3ObjectCopy'));
  if (!bucket || !copier) return;
  Validations.of(bucket).acknowledge({ id: 'AwsSolutions-S1', reason: 'It contains code that only Lambda reads.' });
  const literal = (value: string, token: string) => (Token.isUnresolved(value) ? `<${token}>` : value);
  const partition = literal(stack.partition, 'AWS::Partition');
  const staged = `cdk-hnb659fds-assets-${literal(stack.account, 'AWS::AccountId')}-${literal(stack.region, 'AWS::Region')}`;
  const findings = [
    'IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]',
    `IAM5[Resource::arn:${partition}:s3:::${staged}/*]`,
    `IAM5[Resource::<${stack.getLogicalId(bucket.node.defaultChild as CfnElement)}.Arn>/web-function/*]`,
    'IAM5[Action::s3:Abort*]',
    'IAM5[Action::s3:DeleteObject*]',
  ];
  for (const finding of findings) {
    Validations.of(copier).acknowledge({
      id: `AwsSolutions-${finding}`,
      reason:
        'A function of the CDK that runs only during a deployment and copies assets from the CDK bucket to the bucket of the stack.',
    });
  }
}
