import type { Config } from '../config/schema.ts';
import { redact } from '../redact/redact.ts';
import type { SluiceError } from '../stream/errors.ts';
import { metricNamespace } from './embedded-metrics.ts';
import { secretFailures } from './metrics.ts';

export interface SecretFailureLogSettings {
  readonly config: Config;
  /** Takes one line of the log. */
  readonly log: (line: string) => void;
}

/** Writes a line, with its metric, for each time that a secret could not be read: no request may have noticed it. */
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
