import type { StreamEvent, Usage } from '../stream/events.ts';
import type { Written } from './deliver.ts';

/** What has become known of an answer so far. Times are milliseconds of the clock. */
export interface AnswerState {
  attempts: Attempt[];
  dropped: readonly string[];
  /** When a provider was first asked. */
  firstAttemptAt?: number;
  /** Events of the providers so far. */
  eventsIn?: number;
  firstContentAt?: number;
  /** What the provider counted at the beginning, for an answer that does not get to its end. */
  usage?: Usage;
  /** The usage is of two answers joined, and partly an estimate. */
  estimated?: boolean;
  end?: Extract<StreamEvent, { type: 'finish' | 'error' }>;
  /** What has gone out of a stream. */
  written?: Written;
}

/** The attempt whose answer is heard, or the last one that failed: of two that were asked at once one is superseded. */
export function servedAttempt(attempts: readonly Attempt[]): Attempt | undefined {
  return attempts.findLast(({ error }) => error !== 'superseded');
}

/** One call at one target. */
export interface Attempt {
  readonly provider: string;
  readonly model: string;
  /** The kind of its failure. */
  error?: string;
  /** The status with which the provider refused it. */
  status?: number;
  /** How long it took, in milliseconds; absent while it goes on. */
  ms?: number;
}
