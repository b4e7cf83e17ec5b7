import { type AlarmRow, alarmTable, type Watch } from '../../infra/alarm-table.ts';
import type { Datapoint } from './embedded-metrics.ts';

/** What CloudWatch would show an alarm of these values, all of one period; nothing where it has none. */
export function watched(watch: Watch, datapoints: readonly Datapoint[]): number | undefined {
  const wanted = JSON.stringify(watch.outcome ? { outcome: watch.outcome } : {});
  const of = (name: string) =>
    datapoints.filter((point) => point.name === name && JSON.stringify(point.dimensions) === wanted).map(({ value }) => value);
  const values = of(watch.metric);
  if (values.length === 0 || watch.from !== 'sluice') return undefined;
  if (watch.statistic === 'p95') return values.sort((one, other) => one - other)[Math.ceil(values.length * 0.95) - 1];
  if (watch.statistic === 'Maximum') return Math.max(...values);
  const part = sum(values);
  if (!watch.of) return part;
  return part >= watch.of.atLeast ? (100 * part) / sum(of(watch.of.whole)) : 0;
}

/** The alarms that would sound, by name, were these the values of one period. */
export function sounding(datapoints: readonly Datapoint[]): string[] {
  return alarmTable.filter((row) => sounds(row, datapoints)).map(({ name }) => name);
}

function sounds({ watch, above }: AlarmRow, datapoints: readonly Datapoint[]): boolean {
  const threshold = typeof above === 'number' ? above : above({ reservedConcurrency: false, monthlyBudget: undefined });
  const value = watched(watch, datapoints);
  return threshold !== undefined && value !== undefined && value > threshold;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
