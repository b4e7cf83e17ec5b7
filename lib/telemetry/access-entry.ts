import type { AnswerState } from '../gateway/answer-state.ts';
import type { Cost } from '../gateway/pricing.ts';
import type { SluiceError } from '../stream/errors.ts';
import type { CallerIds } from './caller-ids.ts';

/** What is known of one request when it is over. Times are milliseconds of the clock. */
export interface AccessEntry {
  readonly requestId: string;
  readonly route: string;
  readonly dialect: string;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly status: number;
  /** The caller's User-Agent, of which only the family is logged. */
  readonly userAgent?: string;
  readonly caller: CallerIds;
  /** The host's own id for the request. */
  readonly hostRequestId?: string;
  /** How much longer the host would have let it run, in milliseconds. */
  readonly remainingMs?: number;
  keyId?: string;
  stream?: boolean;
  model?: string;
  /** The size of the request's body. */
  bytesIn?: number;
  answerState?: AnswerState;
  /** What the answer cost, where that is known. */
  readonly cost?: Cost;
  /** Set when the request failed before its first byte. */
  error?: SluiceError;
}
