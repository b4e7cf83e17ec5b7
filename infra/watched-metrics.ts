import { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { AlarmRow, Watch } from './alarm-table.ts';

/** Where to find the metrics of an alarm. */
export interface Place {
  /** The namespace of Sluice's own metrics. */
  readonly namespace: string;
  /** The function of the Lambda metrics. */
  readonly functionName?: string;
  /** The endpoint, for those of a Web Function. */
  readonly endpointName?: string;
}

/** The namespaces of AWS's own metrics. */
const awsNamespaces = { lambda: 'AWS/Lambda', web: 'AWS/Lambda/Web' } as const;

/** The watched metric in CloudWatch's format. */
export function watchedMetric({ watch, minutes }: Pick<AlarmRow, 'watch' | 'minutes'>, place: Place): IMetric {
  const period = Duration.minutes(minutes);
  const { metric, statistic, of } = watch;
  if (!of) return metricOf(watch, metric, statistic, period, place);
  return new MathExpression({
    expression: `IF(part >= ${of.atLeast}, 100 * part / whole, 0)`,
    usingMetrics: {
      part: metricOf(watch, metric, 'Sum', period, place),
      whole: metricOf(watch, of.whole, 'Sum', period, place),
    },
    label: `${metric}, % of ${of.whole}`,
    period,
  });
}

function metricOf(watch: Watch, metricName: string, statistic: string, period: Duration, place: Place): Metric {
  const dimensionsMap = {
    ...(watch.from !== 'sluice' && place.functionName && { FunctionName: place.functionName }),
    ...(watch.from === 'web' && place.endpointName && { EndpointName: place.endpointName }),
    ...(watch.outcome && { outcome: watch.outcome }),
  };
  const namespace = watch.from === 'sluice' ? place.namespace : awsNamespaces[watch.from];
  return new Metric({ namespace, metricName, statistic, period, dimensionsMap });
}
