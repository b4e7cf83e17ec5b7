import { type Attempt, servedAttempt } from '../progress.ts';
import { type Blame, type ErrorKind, errorKinds, type SluiceError } from '../stream/errors.ts';
import type { StreamEvent, Usage } from '../stream/events.ts';
import type { Access } from './access-log.ts';

/** What follows from what is known of one request; its line in the log and its metrics are both told from this. */
export interface Facts {
  readonly access: Access;
  readonly outcome: ErrorKind | 'ok';
  readonly error?: SluiceError;
  readonly blame?: Blame;
  readonly finish?: Extract<StreamEvent, { type: 'finish' }>;
  readonly usage?: Usage;
  readonly attempts: readonly Attempt[];
  /** The attempt whose answer was heard, or the last one that failed. */
  readonly served?: Attempt;
  /** A stream whose status had been sent. */
  readonly streamed: boolean;
  /** It is the first request of this process. */
  readonly coldStart: boolean;
}

export function factsOf(access: Access, coldStart: boolean): Facts {
  const { progress } = access;
  const end = progress?.end;
  const error = access.error ?? (end?.type === 'error' ? end.error : undefined);
  const finish = end?.type === 'finish' ? end : undefined;
  const usage = finish?.usage ?? progress?.usage;
  const attempts = progress?.attempts ?? [];
  const served = servedAttempt(attempts);
  return {
    access,
    outcome: error?.kind ?? 'ok',
    ...(error && { error, blame: errorKinds[error.kind].blame }),
    ...(finish && { finish }),
    ...(usage && { usage }),
    attempts,
    ...(served && { served }),
    streamed: progress?.written?.firstAt !== undefined,
    coldStart,
  };
}
