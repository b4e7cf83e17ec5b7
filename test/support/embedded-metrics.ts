/** One value that CloudWatch takes out of a line, under one of its metrics' identities. */
export interface Datapoint {
  readonly namespace: string;
  readonly name: string;
  readonly unit: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly value: number;
}

/** The units of CloudWatch's MetricDatum, without the rates. */
const units = /^(Seconds|Microseconds|Milliseconds|(Kilo|Mega|Giga|Tera)(bytes|bits)|Bytes|Bits|Percent|Count|None)$/;

/**
 * What CloudWatch reads in a line, by the specification of its embedded metric format and the limits of the API that
 * the values end in. Throws with the rule that the line breaks; CloudWatch would drop it without a word.
 */
export function readEmbeddedMetrics(line: string): Datapoint[] {
  must(line.length <= 256 * 1024, 'an event has at most 256 KiB');
  const root = JSON.parse(line) as Record<string, unknown>;
  const { Timestamp, CloudWatchMetrics, ...others } = object(root._aws, '_aws is an object');
  must(Number.isInteger(Timestamp), 'Timestamp is whole milliseconds');
  must(Math.abs(Date.now() - (Timestamp as number)) < 3_600_000, 'Timestamp is of now');
  must(Object.keys(others).length === 0, '_aws has no other members');
  return list(CloudWatchMetrics, 'CloudWatchMetrics is a list').flatMap((directive) => datapoints(root, directive));
}

function datapoints(root: Record<string, unknown>, directive: unknown): Datapoint[] {
  const { Namespace, Dimensions, Metrics, ...others } = object(directive, 'a directive is an object');
  must(Object.keys(others).length === 0, 'a directive has no other members');
  const namespace = text(Namespace, 255, 'Namespace is a text of 1 to 255 characters');
  must(/^[\w./#:-]+$/.test(namespace) && !namespace.startsWith('AWS/'), 'Namespace is of letters, digits and . - _ / # :');
  const sets = list(Dimensions, 'Dimensions is a list');
  must(sets.length > 0, 'Dimensions has a set, empty perhaps');
  const identities = sets.map((set) => identity(root, list(set, 'a dimension set is a list')));
  const metrics = list(Metrics, 'Metrics is a list');
  must(metrics.length > 0 && metrics.length <= 100, 'a directive has 1 to 100 metrics');
  return metrics.flatMap((metric) => {
    const { Name, Unit, StorageResolution, ...more } = object(metric, 'a metric is an object');
    must(Object.keys(more).length === 0, 'a metric has no other members');
    const name = text(Name, 255, 'a metric has a name of 1 to 255 characters');
    const unit = text(Unit, 20, 'a unit is a text');
    must(units.test(unit), `a unit is one of CloudWatch's: ${unit}`);
    must(StorageResolution === undefined || StorageResolution === 1 || StorageResolution === 60, 'the resolution is 1 or 60');
    return identities.flatMap((dimensions) => numbers(root, name).map((value) => ({ namespace, name, unit, dimensions, value })));
  });
}

function identity(root: Record<string, unknown>, keys: readonly unknown[]): Record<string, string> {
  must(keys.length <= 30, 'a dimension set has at most 30 keys');
  return Object.fromEntries(
    keys.map((key) => {
      const name = text(key, 255, 'a dimension has a name of 1 to 255 characters');
      must(Object.hasOwn(root, name), `the dimension ${name} is a member of the root`);
      const value = text(root[name], 1024, `the dimension ${name} is a text of 1 to 1024 characters`);
      must(/^[\x20-\x7e]*$/.test(value) && value.trim() !== '', `the dimension ${name} is printable ASCII`);
      return [name, value];
    }),
  );
}

/** A name with dots is one member of the root, never a path. */
function numbers(root: Record<string, unknown>, name: string): number[] {
  must(Object.hasOwn(root, name), `the metric ${name} is a member of the root`);
  const value = root[name];
  const all = Array.isArray(value) ? value : [value];
  must(all.length > 0 && all.length <= 100, `the metric ${name} has 1 to 100 values`);
  for (const one of all) must(typeof one === 'number' && Math.abs(one) <= 2 ** 360, `the metric ${name} is a number or numbers`);
  return all as number[];
}

function object(value: unknown, rule: string): Record<string, unknown> {
  must(typeof value === 'object' && value !== null && !Array.isArray(value), rule);
  return value as Record<string, unknown>;
}

function list(value: unknown, rule: string): unknown[] {
  must(Array.isArray(value), rule);
  return value as unknown[];
}

function text(value: unknown, most: number, rule: string): string {
  must(typeof value === 'string' && value.length > 0 && value.length <= most, rule);
  return value as string;
}

function must(condition: boolean, rule: string): void {
  if (!condition) throw new Error(`embedded metric format: ${rule}`);
}
