import { expect, test } from 'vitest';
import { readEmbeddedMetrics } from './embedded-metrics.ts';

const directive = () => ({
  Namespace: 'Space/one' as unknown,
  Dimensions: [[], ['kind']] as unknown,
  Metrics: [{ Name: 'a.b', Unit: 'Seconds' }] as unknown,
});
const line = () => ({
  kind: 'x' as unknown,
  'a.b': [1, 2] as unknown,
  _aws: { Timestamp: Date.now() as unknown, CloudWatchMetrics: [directive()] as unknown },
});
type Line = ReturnType<typeof line>;

test('a line gives each value under each of its dimension sets', () => {
  const common = { namespace: 'Space/one', name: 'a.b', unit: 'Seconds' };
  expect(readEmbeddedMetrics(JSON.stringify(line()))).toEqual([
    { ...common, dimensions: {}, value: 1 },
    { ...common, dimensions: {}, value: 2 },
    { ...common, dimensions: { kind: 'x' }, value: 1 },
    { ...common, dimensions: { kind: 'x' }, value: 2 },
  ]);
});

const broken: [rule: string, breaks: (line: Line) => unknown][] = [
  ['_aws is an object', (whole) => ({ ...whole, _aws: [] })],
  ['Timestamp is whole milliseconds', ({ _aws, ...rest }) => ({ ...rest, _aws: { ..._aws, Timestamp: '2026-01-01' } })],
  ['Timestamp is of now', ({ _aws, ...rest }) => ({ ...rest, _aws: { ..._aws, Timestamp: 1_700_000_000 } })],
  ['CloudWatchMetrics is a list', ({ _aws, ...rest }) => ({ ...rest, _aws: { ..._aws, CloudWatchMetrics: {} } })],
  ['Namespace is of letters', (whole) => withDirective(whole, { Namespace: 'AWS/Mine' })],
  ['Dimensions has a set', (whole) => withDirective(whole, { Dimensions: [] })],
  ['a dimension set is a list', (whole) => withDirective(whole, { Dimensions: ['kind'] })],
  ['at most 30 keys', (whole) => withDirective(whole, { Dimensions: [Array.from({ length: 31 }, () => 'kind')] })],
  ['the dimension other is a member', (whole) => withDirective(whole, { Dimensions: [['other']] })],
  ['the dimension kind is a text', (whole) => ({ ...whole, kind: 7 })],
  ['the dimension kind is printable ASCII', (whole) => ({ ...whole, kind: '東京' })],
  ['the dimension kind is printable ASCII', (whole) => ({ ...whole, kind: '  ' })],
  ['1 to 100 metrics', (whole) => withDirective(whole, { Metrics: [] })],
  [
    '1 to 100 metrics',
    (whole) => withDirective(whole, { Metrics: Array.from({ length: 101 }, () => ({ Name: 'a.b', Unit: 'None' })) }),
  ],
  ["a unit is one of CloudWatch's", (whole) => withDirective(whole, { Metrics: [{ Name: 'a.b', Unit: 's' }] })],
  ['the resolution is', (whole) => withDirective(whole, { Metrics: [{ Name: 'a.b', Unit: 'None', StorageResolution: 5 }] })],
  ['the metric a.b is a member', ({ 'a.b': value, ...rest }) => ({ ...rest, a: { b: value } })],
  ['the metric a.b is a number', (whole) => ({ ...whole, 'a.b': '1' })],
  ['the metric a.b is a number', (whole) => ({ ...whole, 'a.b': null })],
  ['the metric a.b has 1 to 100 values', (whole) => ({ ...whole, 'a.b': Array.from({ length: 101 }, () => 1) })],
  ['an event has at most', (whole) => ({ ...whole, more: 'x'.repeat(300_000) })],
];

function withDirective(whole: Line, more: object): unknown {
  return { ...whole, _aws: { ...whole._aws, CloudWatchMetrics: [{ ...directive(), ...more }] } };
}

for (const [index, [rule, breaks]] of broken.entries()) {
  test(`rejects, ${index}: ${rule}`, () => {
    expect(() => readEmbeddedMetrics(JSON.stringify(breaks(line())))).toThrow(rule);
  });
}
