import { Duration, Fn, RemovalPolicy } from 'aws-cdk-lib';
import type { PolicyStatementProps } from 'aws-cdk-lib/aws-iam';
import {
  Alias,
  ApplicationLogLevel,
  Architecture,
  Code,
  FunctionUrlAuthType,
  InvokeMode,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { StackConfig } from '../lib/config/stack-schema.ts';
import type { DeployedFunction } from './deployed-function.ts';
import { functionRole } from './function-role.ts';
import { liveAlias } from './live-alias.ts';
import { shiftGradually } from './shift-gradually.ts';

export interface StreamFunctionSettings {
  readonly name: string;
  /** The output folder of `bundle`. */
  readonly folder: string;
  readonly stack: StackConfig;
  readonly timeoutSeconds: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly access: readonly PolicyStatementProps[];
}

/**
 * A function behind its own streaming URL. Not in a VPC, because function URLs don't stream there. No CORS at the
 * URL, because the app handles it and both would send each header twice.
 */
export class StreamFunction extends Construct implements DeployedFunction {
  readonly name: string;
  readonly function: LambdaFunction;
  /** What its URL points to. */
  readonly alias: Alias;
  readonly logGroup: LogGroup;
  readonly reservedConcurrency: number | false;
  readonly callable: DeployedFunction['callable'];
  /** The host of its URL. */
  readonly domain: string;

  constructor(scope: Construct, { name, folder, stack, timeoutSeconds, environment, access }: StreamFunctionSettings) {
    super(scope, name);
    const functionName = `${stack.name}-${name}`;
    this.name = name;
    this.reservedConcurrency = stack.reservedConcurrency;
    this.logGroup = new LogGroup(this, 'Logs', {
      logGroupName: `/aws/lambda/${functionName}`,
      retention: stack.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.function = new LambdaFunction(this, 'Function', {
      functionName,
      description: `Sluice for ${name} clients`,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: Code.fromAsset(folder),
      memorySize: stack.memory,
      timeout: Duration.seconds(timeoutSeconds),
      // Without --enable-source-maps, because reading the maps takes a fifth of a cold start.
      environment: { ...environment },
      role: functionRole(this, functionName, this.logGroup, access),
      logGroup: this.logGroup,
      loggingFormat: LoggingFormat.JSON,
      applicationLogLevelV2: ApplicationLogLevel.INFO,
      // The platform reports of each invocation have this level.
      systemLogLevelV2: SystemLogLevel.INFO,
      // A version that a deployment replaces stays, to go back to.
      currentVersionOptions: { removalPolicy: RemovalPolicy.RETAIN },
      ...(stack.reservedConcurrency !== false && { reservedConcurrentExecutions: stack.reservedConcurrency }),
    });
    // The URL belongs to the alias, so that it can go back to the version before (`npm run deploy -- rollback`).
    this.alias = new Alias(this, 'Live', { aliasName: liveAlias, version: this.function.currentVersion });
    this.callable = { arn: this.alias.functionArn, actions: ['lambda:InvokeFunctionUrl', 'lambda:InvokeFunction'] };
    if (stack.shift !== 'off') shiftGradually(this, this.alias, stack.shift);
    const { url } = this.alias.addFunctionUrl({
      authType: stack.auth === 'iam' ? FunctionUrlAuthType.AWS_IAM : FunctionUrlAuthType.NONE,
      invokeMode: InvokeMode.RESPONSE_STREAM,
    });
    this.domain = Fn.select(2, Fn.split('/', url));
  }
}
