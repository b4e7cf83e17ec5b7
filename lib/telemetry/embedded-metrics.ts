import type { Json, JsonObject } from '../stream/json.ts';
import type { Facts } from './facts.ts';
import { type Dimension, metrics } from './metrics.ts';

/** The CloudWatch namespace of every metric. */
export const metricNamespace = 'Sluice';

/** CloudWatch takes printable ASCII only, no more than this, and a value that is more than blanks. */
const isDimensionValue = /^(?=.*\S)[\x20-\x7e]{1,250}$/;

/**
 * The members that make a line of the access log a document in CloudWatch's embedded metric format as well: the values
 * of the metrics, and under `_aws` which of the line's members they and their dimensions are. `fields` are the line's;
 * the model's name is a dimension only where it is one of `aliases`, or any caller could create metrics.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function embeddedMetrics(
  facts: Facts,
  fields: Readonly<Record<string, Json | undefined>>,
  aliases: ReadonlySet<string>,
  time: number,
): JsonObject {
  const members: JsonObject = {};
  /** Metrics by what they are told apart by. */
  const groups = new Map<string, { dimensions: Dimension[]; metrics: JsonObject[] }>();
  for (const { name, unit, by, value } of metrics) {
    const amount = value(facts);
    if (amount === undefined) continue;
    members[name] = amount as Json;
    const key = by.join();
    const group = groups.get(key) ?? { dimensions: by.filter((dimension) => isKnown(dimension, fields, aliases)), metrics: [] };
    group.metrics.push({ Name: name, Unit: unit });
    groups.set(key, group);
  }
  const directives = [...groups.values()].map((group) => ({
    Namespace: metricNamespace,
    // The empty set is the sum of all: alarms need no search.
    Dimensions: [[], ...group.dimensions.map((dimension) => [dimension])],
    Metrics: group.metrics,
  }));
  return { ...members, _aws: { Timestamp: time, CloudWatchMetrics: directives } };
}

function isKnown(
  dimension: Dimension,
  fields: Readonly<Record<string, Json | undefined>>,
  aliases: ReadonlySet<string>,
): boolean {
  const value = fields[dimension];
  if (typeof value !== 'string' || !isDimensionValue.test(value)) return false;
  return dimension !== 'alias' || aliases.has(value);
}
