import { redact } from '../redact/redact.ts';

/** A line of the log for what should not have happened, without secrets. */
export function errorLine(message: string, thrown: unknown): string {
  const reason = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  return JSON.stringify({ level: 'ERROR', message, reason: redact(reason) });
}
