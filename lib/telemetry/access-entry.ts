import type { AnswerState } from '../gateway/answer-state.ts';
import type { Cost } from '../gateway/pricing.ts';
import type { SluiceError } from '../stream/errors.ts';
import type { ClientIds } from './client-ids.ts';

/** What is known about a request when it ends. Times are milliseconds of the clock. */
export interface AccessEntry {
  readonly requestId: string;
  readonly route: string;
  readonly dialect: string;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly status: number;
  /** The client's User-Agent. The log contains only its family. */
  readonly userAgent?: string;
  readonly ids: ClientIds;
  /** The host's own id of the request. */
  readonly hostRequestId?: string;
  /** How much longer the host would have let it run, in milliseconds. */
  readonly remainingMs?: number;
  keyId?: string;
  stream?: boolean;
  model?: string;
  /** The size of the request body. */
  bytesIn?: number;
  answerState?: AnswerState;
  /** The cost of the answer, if known. */
  readonly cost?: Cost;
  durable?: DurableEntry;
  /** The request had a link to a durable stream in place of a key. `keyId` is the key that created the stream. */
  linked?: boolean;
  /** Set if the request failed before its first byte. */
  error?: SluiceError;
}

/** What a request had to do with a durable stream. */
export interface DurableEntry {
  /** The id that clients see. None of a stream that couldn't be stored. */
  readonly id?: string;
  readonly role: 'created' | 'joined' | 'replayed' | 'resumed' | 'cancelled' | 'retrieved' | 'linked' | 'unstored';
  /** Did this request find that the producer of the stream had died? */
  readonly isLost?: () => boolean;
  /** Could some of the answer not be stored or read? */
  readonly isDegraded?: () => boolean;
}
