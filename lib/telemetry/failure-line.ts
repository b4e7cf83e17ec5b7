import { redact } from '../redact/redact.ts';

/** A line of the log for what failed beside any request, without secrets: where, and why. */
export function failureLine(where: string, reason: unknown): string {
  const error = reason instanceof Error ? `${reason.name}: ${reason.message}` : String(reason);
  return JSON.stringify({ ts: new Date().toISOString(), level: 'warn', msg: where, error: redact(error) });
}
