import {
  concurrentClients,
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
  /** A full description. */
  readonly detail: string;
  /** Measured in a fresh process or in a warm one. */
  readonly process: 'fresh' | 'warm';
  /** Throws if a response is incomplete. */
  measure(subject: Subject): Promise<number>;
}

/** The size of a measurement, relative to a full run (`1`). */
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
      title: 'CPU per token, paced',
      unit: 'µs',
      detail: `process CPU time per token with ${pacedStreams} streams of ${tokensPerSecond} tokens a second each`,
      process: 'warm',
      measure: (subject) => cpuPaced(subject, pacedStreams, Math.max(100, 700 * length)),
    },
    {
      title: 'CPU per token, 8 a write',
      unit: 'µs',
      detail: `process CPU time per token with ${flatOutStreams} streams at full speed, where each upstream write has 8 tokens`,
      process: 'warm',
      measure: (subject) => cpuFlatOut(subject, 8, scaled(5000, length)),
    },
    {
      title: 'CPU per token, 1 a write',
      unit: 'µs',
      detail: 'the same, where each upstream write has one token',
      process: 'warm',
      measure: (subject) => cpuFlatOut(subject, 1, scaled(2000, length)),
    },
    {
      title: 'requests/s',
      unit: '/s',
      detail: `requests a second with ${concurrentClients} concurrent clients and responses of one token (more is better)`,
      process: 'warm',
      measure: (subject) => requestRate(subject, 400 * length),
    },
    {
      title: 'first token',
      unit: 'ms',
      detail: `time from the request to the first token with one client, median of ${requests}`,
      process: 'warm',
      measure: (subject) => firstToken(subject, requests),
    },
    {
      title: 'peak memory',
      unit: 'MB',
      detail: `largest resident memory of the process, from its start until the end of its first ${heldStreams} concurrent streams`,
      process: 'fresh',
      measure: (subject) => peakMemory(subject, heldStreams, scaled(15, length)),
    },
  ];
}

/** Sends enough requests through a fresh process for its code to be compiled. */
export async function warmUp(subject: Subject, { length }: Extent): Promise<void> {
  await cpuFlatOut(subject, 1, scaled(1000, length));
  await requestRate(subject, 150 * length);
}

function scaled(count: number, scale: number): number {
  return Math.max(2, Math.round(count * scale));
}
