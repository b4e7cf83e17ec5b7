import { isContent } from '../policy/content.ts';
import type { StreamEvent, Usage } from '../stream/events.ts';
import type { Clock } from '../time/clock.ts';
import type { Written } from './deliver.ts';

/** What is known of an answer so far. Times are milliseconds of the clock. */
export interface AnswerState {
  attempts: Attempt[];
  /** When the first upstream request began. */
  firstAttemptAt?: number;
  /** Events of the providers so far. */
  eventsIn?: number;
  firstContentAt?: number;
  /** What the provider counted at the beginning, for an answer that doesn't finish. */
  usage?: Usage;
  /** The usage is the sum of two answers and partly an estimate. */
  estimated?: boolean;
  /** The answer continues one that a process left behind when it died. */
  continuesLost?: true;
  end?: Extract<StreamEvent, { type: 'finish' | 'error' }>;
  /** The service tier that the client asked for. Only some tiers have list prices. */
  serviceTier?: string;
  /** What has gone out of a stream. */
  written?: Written;
}

/** Keeps what these events say of the answer. */
export function observe(events: readonly StreamEvent[], answerState: AnswerState, clock: Clock): void {
  if (answerState.firstContentAt === undefined && events.some(isContent)) answerState.firstContentAt = clock.now();
  for (const event of events) {
    if (event.type === 'start' && event.usage) answerState.usage = event.usage;
    if (event.type === 'finish') answerState.end = event;
  }
}

/** One upstream request. */
export interface Attempt {
  readonly provider: string;
  readonly model: string;
  /** When it began, in milliseconds of the clock. */
  startedAt?: number;
  /** The client's names of what this target couldn't take. */
  dropped?: readonly string[];
  /** The provider is called in the client's dialect. */
  passthrough?: boolean;
  /** The request reached the provider. */
  connected?: true;
  /** The client got the answer of this attempt, or a part of it. */
  served?: true;
  /** The kind of its failure. */
  error?: string;
  /** The status with which the provider refused it. */
  status?: number;
  /** How long it took, in milliseconds; absent while it runs. */
  ms?: number;
}

/** The attempt whose answer the client gets. While there is none, the last one that wasn't superseded by another. */
export function servedAttempt(attempts: readonly Attempt[]): Attempt | undefined {
  return attempts.findLast(({ served }) => served) ?? attempts.findLast(({ error }) => error !== 'superseded');
}

/** The client's names of what the serving targets couldn't take. */
export function droppedNames(attempts: readonly Attempt[]): string[] {
  const serving = attempts.filter(({ served }) => served);
  const counted = serving.length > 0 ? serving : [servedAttempt(attempts)];
  return [...new Set(counted.flatMap((attempt) => attempt?.dropped ?? []))];
}

/**
 * How many attempts a provider worked on without reporting usage. The request reached it, it didn't refuse, and its
 * usage isn't part of the answer's.
 */
export function unreportedAttempts({ attempts, end }: AnswerState): number {
  const isReported = ({ error, served }: Attempt) => end?.type === 'finish' && (served || error === undefined);
  const wasRefused = ({ error, status }: Attempt) => status !== undefined || error === 'upstream_unreachable';
  return attempts.filter((attempt) => attempt.connected && !wasRefused(attempt) && !isReported(attempt)).length;
}
