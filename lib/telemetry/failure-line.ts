import { redact } from '../redact/redact.ts';

/** A log entry for a failure outside any request, with secrets redacted: where it happened and why. */
export function failureLine(where: string, reason: unknown): string {
  const error = reason instanceof Error ? `${reason.name}: ${reason.message}` : String(reason);
  return JSON.stringify({ ts: new Date().toISOString(), level: 'warn', msg: where, error: redact(error) });
}
