import type { Config } from '../config/schema.ts';
import type { Json, JsonObject } from '../stream/json.ts';
import { type Dimension, metrics } from './metrics.ts';
import type { RequestSummary } from './request-summary.ts';

/** The CloudWatch namespace of a deployment's metrics: each of several in one account and region has its own. */
export function metricNamespace({ stack: { name } }: Pick<Config, 'stack'>): string {
  return name === 'sluice' ? 'Sluice' : `Sluice/${name}`;
}

/** What the access log says of a request. */
export type Fields = Readonly<Record<string, Json | undefined>>;

/** The members that a line of the access log has for a request's metrics; `time` is in milliseconds since 1970. */
export type Embed = (summary: RequestSummary, fields: Fields, time: number) => JsonObject;

/**
 * Makes lines of the access log documents in CloudWatch's embedded metric format as well: adds the values of the
 * metrics, and under `_aws` which of the line's members they and their dimensions are. A model's name is a dimension
 * only where the configuration names it, or any caller could create metrics.
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

/** CloudWatch takes printable ASCII that is not all blanks, and so much of it. */
const isDimensionValue = /^(?=.*\S)[\x20-\x7e]{1,250}$/;

/** Metrics that are told apart by the same members. */
type Directive = { Namespace: string; Dimensions: string[][]; Metrics: { Name: string; Unit: string }[] };

/** The set without dimensions is the sum of all, so that alarms need no search. */
function directiveFor(namespace: string, by: readonly Dimension[]): Directive {
  return { Namespace: namespace, Dimensions: [[], ...by.map((dimension) => [dimension])], Metrics: [] };
}
