import { redact } from '../redact/redact.ts';

/** A log entry for an unexpected failure, with secrets redacted. */
export function errorLine(message: string, thrown: unknown): string {
  const reason = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  return JSON.stringify({ level: 'ERROR', message, reason: redact(reason) });
}
