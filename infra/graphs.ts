import { Duration } from 'aws-cdk-lib';
import { GraphWidget, type IMetric, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Dimension, MetricName } from '../lib/telemetry/metrics.ts';
import type { DeployedFunction } from './deployed-function.ts';

const minutes = 5;
const period = Duration.minutes(minutes);
/** The dashboard's grid is 24 columns wide. */
const height = 6;

/** A graph with a third of the dashboard's width by default. */
export function graph(
  title: string,
  left: IMetric[],
  { unit, width = 8, region }: { unit: string; width?: number; region?: string | undefined },
): GraphWidget {
  const leftYAxis = { label: unit, showUnits: false, min: 0 };
  return new GraphWidget({ title, left, leftYAxis, width, height, period, liveData: true, ...(region && { region }) });
}

/** Sluice's own metrics. */
export interface OwnMetrics {
  /** One metric across all dimensions. */
  total(metricName: MetricName, statistic: string, label?: string): Metric;
  /** One line per value of a dimension. */
  each(metricName: MetricName, dimension: Dimension, statistic: string): IMetric;
  /** A percentage of another metric. */
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

/**
 * A unique id for each metric, because all expressions of a graph share one namespace. Ids begin with a lowercase
 * letter.
 */
function idOf(metricName: MetricName): string {
  return `sum${metricName}`;
}

/** One line per value of a dimension. */
export function search(namespace: string, dimension: string, metricName: string, statistic: string): IMetric {
  return new MathExpression({
    expression: `SEARCH('{"${namespace}","${dimension}"} MetricName="${metricName}"', '${statistic}', ${minutes * 60})`,
    label: `\${PROP('Dim.${dimension}')}`,
    period,
  });
}

/** A Lambda metric with one line per function. */
export function ofEachFunction(functions: readonly DeployedFunction[], metricName: string, statistic: string): IMetric[] {
  return functions.flatMap(({ name, function: one }) =>
    one ? [one.metric(metricName, { statistic, label: `${name} ${metricName}`, period })] : [],
  );
}
