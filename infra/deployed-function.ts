import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';

/** A function of the stack, as alarms, dashboard and outputs need to know it. */
export interface DeployedFunction {
  /** The family of clients that it serves: `openai`. */
  readonly name: string;
  /** Absent for a Web Function, which has other metrics. */
  readonly function?: IFunction | undefined;
  /** Where its lines go, the metrics among them. */
  readonly logGroup: ILogGroup;
  /** How many requests it may serve at once, and always can; `false` where it shares the account's quota. */
  readonly reservedConcurrency: number | false;
}
