import type { Config } from '../config/schema.ts';
import type { Json, JsonObject } from '../stream/json.ts';
import { type Dimension, metrics } from './metrics.ts';
import type { RequestSummary } from './request-summary.ts';

/** The CloudWatch namespace of a deployment's metrics. Each deployment in an account and region has its own. */
export function metricNamespace({ stack: { name } }: Pick<Config, 'stack'>): string {
  return name === 'sluice' ? 'Sluice' : `Sluice/${name}`;
}

/** What the access log records about a request. */
export type Fields = Readonly<Record<string, Json | undefined>>;

/** The members that an access log entry adds for the metrics of a request. `time` is in milliseconds since 1970. */
export type Embed = (summary: RequestSummary, fields: Fields, time: number) => JsonObject;

/**
 * Turns access log entries into documents in CloudWatch's embedded metric format. It adds the metric values, and
 * lists under `_aws` which members are metrics and dimensions. A model name is a dimension only if it is in the
 * configuration. Otherwise any client could create metrics.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function embedMetrics(config: Config): Embed {
  const namespace = metricNamespace(config);
  const isNamed = (dimension: Dimension, value: string) => dimension !== 'alias' || Object.hasOwn(config.models, value);
  return (summary, fields, time) => {
    const isKnown = (dimension: Dimension) => {
      const value = fields[dimension];
      return typeof value === 'string' && isDimensionValue.test(value) && isNamed(dimension, value);
    };
    const members: JsonObject = {};
    const directives = new Map<string, Directive>();
    for (const { name, unit, by, value } of metrics) {
      const amount = value(summary);
      if (amount === undefined) continue;
      members[name] = amount;
      const group = by.join();
      const directive = directives.get(group) ?? directiveFor(namespace, by.filter(isKnown));
      directive.Metrics.push({ Name: name, Unit: unit });
      directives.set(group, directive);
    }
    return { ...members, _aws: { Timestamp: time, CloudWatchMetrics: [...directives.values()] } };
  };
}

/** CloudWatch accepts printable ASCII that is not blank, up to this length. */
const isDimensionValue = /^(?=.*\S)[\x20-\x7e]{1,250}$/;

/** Metrics with the same dimensions. */
type Directive = { Namespace: string; Dimensions: string[][]; Metrics: { Name: string; Unit: string }[] };

/** The set without dimensions is the sum of all, so that alarms need no search expression. */
function directiveFor(namespace: string, by: readonly Dimension[]): Directive {
  return { Namespace: namespace, Dimensions: [[], ...by.map((dimension) => [dimension])], Metrics: [] };
}
