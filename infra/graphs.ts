import { Duration } from 'aws-cdk-lib';
import { GraphWidget, type IMetric, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Dimension, MetricName } from '../lib/telemetry/metrics.ts';
import type { DeployedFunction } from './deployed-function.ts';

const minutes = 5;
const period = Duration.minutes(minutes);
/** The dashboard's grid is 24 wide. */
const height = 6;

/** A graph over a third of the dashboard, or as much of it as is told. */
export function graph(
  title: string,
  left: IMetric[],
  { unit, width = 8, region }: { unit: string; width?: number; region?: string | undefined },
): GraphWidget {
  const leftYAxis = { label: unit, showUnits: false, min: 0 };
  return new GraphWidget({ title, left, leftYAxis, width, height, period, liveData: true, ...(region && { region }) });
}

/** The functions' own metrics. */
export interface OwnMetrics {
  /** One metric over everything. */
  total(metricName: MetricName, statistic: string, label?: string): Metric;
  /** One line for each value that a dimension has had. */
  each(metricName: MetricName, dimension: Dimension, statistic: string): IMetric;
  /** So many of a hundred. */
  percent(part: MetricName, whole: MetricName): IMetric;
}

export function ownMetrics(namespace: string): OwnMetrics {
  const total: OwnMetrics['total'] = (metricName, statistic, label = metricName) =>
    new Metric({ namespace, metricName, statistic, label, period });
  return {
    total,
    each: (metricName, dimension, statistic) => search(namespace, dimension, metricName, statistic),
    percent: (part, whole) =>
      new MathExpression({
        expression: `100 * ${idOf(part)} / ${idOf(whole)}`,
        usingMetrics: { [idOf(part)]: total(part, 'Sum'), [idOf(whole)]: total(whole, 'Sum') },
        label: `${part}, % of ${whole}`,
        period,
      }),
  };
}

/** One id for one metric: those of all expressions in a graph are known to each other. Ids begin with a small letter. */
function idOf(metricName: MetricName): string {
  return `sum${metricName}`;
}

/** One line for each value that a dimension has had. */
export function search(namespace: string, dimension: string, metricName: string, statistic: string): IMetric {
  return new MathExpression({
    expression: `SEARCH('{"${namespace}","${dimension}"} MetricName="${metricName}"', '${statistic}', ${minutes * 60})`,
    label: `\${PROP('Dim.${dimension}')}`,
    period,
  });
}

/** One of Lambda's metrics, a line for each function. */
export function ofEachFunction(functions: readonly DeployedFunction[], metricName: string, statistic: string): IMetric[] {
  return functions.flatMap(({ name, function: one }) =>
    one ? [one.metric(metricName, { statistic, label: `${name} ${metricName}`, period })] : [],
  );
}
