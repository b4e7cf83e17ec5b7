import { type Attempt, servedAttempt } from '../gateway/answer-state.ts';
import { type ErrorKind, errorKinds, type FaultSource, type SluiceError } from '../stream/errors.ts';
import type { StreamEvent, Usage } from '../stream/events.ts';
import type { AccessEntry } from './access-entry.ts';

/** Values derived from what is known about a request. Its log entry and its metrics both use them. */
export interface RequestSummary {
  readonly entry: AccessEntry;
  readonly outcome: ErrorKind | 'ok';
  readonly error?: SluiceError;
  readonly faultSource?: FaultSource;
  readonly finish?: Extract<StreamEvent, { type: 'finish' }>;
  readonly usage?: Usage;
  readonly attempts: readonly Attempt[];
  /** The attempt whose answer was delivered, or the last one that failed. */
  readonly served?: Attempt;
  /** A stream whose status had been sent. */
  readonly streamed: boolean;
  /** The first request of this process. */
  readonly coldStart: boolean;
}

export function summarizeRequest(entry: AccessEntry, coldStart: boolean): RequestSummary {
  const { answerState } = entry;
  const end = answerState?.end;
  const error = entry.error ?? (end?.type === 'error' ? end.error : undefined);
  const finish = end?.type === 'finish' ? end : undefined;
  const usage = finish?.usage ?? answerState?.usage;
  const attempts = answerState?.attempts ?? [];
  const served = servedAttempt(attempts);
  return {
    entry,
    outcome: error?.kind ?? 'ok',
    ...(error && { error, faultSource: errorKinds[error.kind].faultSource }),
    ...(finish && { finish }),
    ...(usage && { usage }),
    attempts,
    ...(served && { served }),
    streamed: answerState?.written?.firstAt !== undefined,
    coldStart,
  };
}
