import { createHash } from 'node:crypto';
import type { Config } from '../config/schema.ts';
import { redact } from '../redact/redact.ts';
import { version } from '../version.ts';
import type { AccessEntry } from './access-entry.ts';
import { accessFields } from './access-log.ts';
import { embedMetrics } from './embedded-metrics.ts';
import { summarizeRequest } from './request-summary.ts';

export interface RecorderSettings {
  readonly config: Config;
  /** Takes one line of the log. */
  readonly log: (line: string) => void;
  /** Each line tells CloudWatch the request's metrics too. */
  readonly metrics?: boolean;
}

/** Writes one line for a request that is over: JSON without secrets, the access log and, where wanted, its metrics in one. */
export type Recorder = (entry: AccessEntry) => void;

export function createRecorder({ config, log, metrics }: RecorderSettings): Recorder {
  const embed = metrics ? embedMetrics(config) : undefined;
  const release = { gateway_version: version, config_version: configVersion(config) };
  let coldStart = true;
  return (entry) => {
    const now = new Date();
    const summary = summarizeRequest(entry, coldStart);
    coldStart = false;
    const fields = { ts: now.toISOString(), ...accessFields(summary), ...release };
    log(redact(JSON.stringify({ ...fields, ...embed?.(summary, fields, now.getTime()) })));
  };
}

/** Twelve digits that change with the configuration. */
function configVersion(config: Config): string {
  return createHash('sha256').update(JSON.stringify(config)).digest('hex').slice(0, 12);
}
