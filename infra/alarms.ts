import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { Config } from '../lib/config/schema.ts';
import { metricNamespace } from '../lib/telemetry/embedded-metrics.ts';
import { type AlarmRow, alarmTable } from './alarm-table.ts';
import type { DeployedFunction } from './deployed-function.ts';
import { watchedMetric } from './watched-metrics.ts';

export interface AlarmsProps {
  readonly config: Config;
  readonly functions: readonly DeployedFunction[];
  /** The recipient. No notifications if missing. */
  readonly topic?: ITopic | undefined;
}

/** The alarms of the table: one per row about all functions, and one per function for the other rows. */
export class Alarms extends Construct {
  readonly alarms: readonly Alarm[];

  constructor(scope: Construct, id: string, { config, functions, topic }: AlarmsProps) {
    super(scope, id);
    const namespace = metricNamespace(config);
    const subjects = alarmTable.flatMap((row): Subject[] =>
      row.watch.from === 'sluice' ? [{ row }] : functions.filter((one) => hasMetrics(one, row)).map((of) => ({ row, of })),
    );
    this.alarms = subjects.flatMap(({ row, of }) => {
      const { monthlyBudget, name } = config.stack;
      const bounds = { monthlyBudget, reservedConcurrency: of?.reservedConcurrency ?? false };
      const threshold = typeof row.above === 'number' ? row.above : row.above(bounds);
      if (threshold === undefined) return [];
      const alarmId = of ? `${row.name}-${of.name}` : row.name;
      const alarm = new Alarm(this, alarmId, {
        alarmName: `${name}-${alarmId}`,
        alarmDescription: `${row.why}\n\nWhat to do: ${row.remedy}`,
        metric: watchedMetric(row, { namespace, ...of?.web, ...(of?.function && { functionName: of.function.functionName }) }),
        threshold,
        comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
        evaluationPeriods: row.periods,
        treatMissingData: TreatMissingData.NOT_BREACHING,
      });
      if (topic) alarm.addAlarmAction(new SnsAction(topic));
      return [alarm];
    });
  }
}

/** A row, and its function if it is about one. */
interface Subject {
  readonly row: AlarmRow;
  readonly of?: DeployedFunction;
}

/** Lambda has other metrics for Web Functions. */
function hasMetrics(one: DeployedFunction, { watch }: AlarmRow): boolean {
  return (watch.from === 'web' ? one.web : one.function) !== undefined;
}
