import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';

/** A function of the stack, for alarms, dashboard and outputs. */
export interface DeployedFunction {
  /** Its client family: `openai`. */
  readonly name: string;
  /** Missing for a Web Function, which has other metrics. */
  readonly function?: IFunction | undefined;
  /** The names of a Web Function in its metrics. */
  readonly web?: { readonly functionName: string; readonly endpointName: string } | undefined;
  /** What a caller has to be allowed where AWS verifies signatures. */
  readonly callable: { readonly arn: string; readonly actions: readonly string[] };
  /** The log group with its logs and metrics. */
  readonly logGroup: ILogGroup;
  /** Its reserved concurrency. `false` if it shares the account's quota. */
  readonly reservedConcurrency: number | false;
}
