import type { Config } from '../config/schema.ts';
import { redact } from '../redact/redact.ts';
import type { SluiceError } from '../stream/errors.ts';
import { metricNamespace } from './embedded-metrics.ts';
import { secretFailures } from './metrics.ts';

export interface SecretFailureLogSettings {
  readonly config: Config;
  /** Writes one log entry. */
  readonly log: (line: string) => void;
}

/**
 * Writes an entry with its metric whenever a secret could not be read. Requests may be unaffected, because a key can
 * still be cached.
 */
export function secretFailureLog({ config, log }: SecretFailureLogSettings): (secretName: string, error: SluiceError) => void {
  const directive = {
    Namespace: metricNamespace(config),
    Dimensions: [[]],
    Metrics: [{ Name: secretFailures, Unit: 'Count' }],
  };
  return (secretName, error) => {
    const now = new Date();
    const line = {
      ts: now.toISOString(),
      level: 'warn',
      msg: 'secret',
      secret: secretName,
      error: error.message,
      [secretFailures]: 1,
      _aws: { Timestamp: now.getTime(), CloudWatchMetrics: [directive] },
    };
    log(redact(JSON.stringify(line)));
  };
}
