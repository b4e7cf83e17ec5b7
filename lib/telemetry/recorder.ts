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
  /** Writes one log entry. */
  readonly log: (line: string) => void;
  /** Adds the metrics of each request to its entry for CloudWatch. */
  readonly metrics?: boolean;
}

/**
 * Writes one log entry for a request that has ended: JSON with secrets redacted, the access log and, if enabled, its
 * metrics in one.
 */
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
