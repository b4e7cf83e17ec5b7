import {
  callers,
  cpuFlatOut,
  cpuPaced,
  firstToken,
  flatOutStreams,
  peakMemory,
  requestRate,
  type Subject,
  tokensPerSecond,
} from './measure.ts';

/** One figure of each row. */
export interface Column {
  readonly title: string;
  readonly unit: string;
  /** What is measured, in full. */
  readonly detail: string;
  /** In a process that has not answered yet, or in one that is warm. */
  readonly process: 'fresh' | 'warm';
  /** Throws when an answer is not whole. */
  measure(subject: Subject): Promise<number>;
}

/** How much is measured. Streams and lengths at `1` are those of a whole run. */
export interface Extent {
  readonly streams: number;
  readonly length: number;
}

export function columnsFor({ streams, length }: Extent): readonly Column[] {
  const pacedStreams = scaled(100, streams);
  const heldStreams = scaled(200, streams);
  const requests = scaled(60, length);
  return [
    {
      title: 'CPU a token, paced',
      unit: 'µs',
      detail: `processor time of the process a token, while ${pacedStreams} streams bring ${tokensPerSecond} tokens a second each`,
      process: 'warm',
      measure: (subject) => cpuPaced(subject, pacedStreams, Math.max(100, 700 * length)),
    },
    {
      title: 'CPU a token, 8 a write',
      unit: 'µs',
      detail: `the same flat out: ${flatOutStreams} answers as fast as they are taken, 8 tokens in each write of the upstream`,
      process: 'warm',
      measure: (subject) => cpuFlatOut(subject, 8, scaled(5000, length)),
    },
    {
      title: 'CPU a token, 1 a write',
      unit: 'µs',
      detail: 'the same, each token a write by itself',
      process: 'warm',
      measure: (subject) => cpuFlatOut(subject, 1, scaled(2000, length)),
    },
    {
      title: 'requests/s',
      unit: '/s',
      detail: `answers of one token to ${callers} callers; more is better`,
      process: 'warm',
      measure: (subject) => requestRate(subject, 400 * length),
    },
    {
      title: 'first token',
      unit: 'ms',
      detail: `time from the request to the first token, one caller, median of ${requests}`,
      process: 'warm',
      measure: (subject) => firstToken(subject, requests),
    },
    {
      title: 'peak memory',
      unit: 'MB',
      detail: `the most the process held resident, from its start until after its first ${heldStreams} streams, all at once`,
      process: 'fresh',
      measure: (subject) => peakMemory(subject, heldStreams, scaled(15, length)),
    },
  ];
}

/** Runs enough through a fresh process for its code to be compiled. */
export async function warmUp(subject: Subject, { length }: Extent): Promise<void> {
  await cpuFlatOut(subject, 1, scaled(1000, length));
  await requestRate(subject, 150 * length);
}

function scaled(count: number, scale: number): number {
  return Math.max(2, Math.round(count * scale));
}
