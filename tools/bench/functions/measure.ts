import { median } from '../median.ts';
import type { Row } from '../rows.ts';
import type { Shape } from '../shape.ts';
import { type ColdStart, coldStart } from './cold-start.ts';
import { type Code, type Deployed, deploy } from './deployed.ts';
import { type LoadedCode, loadedCode } from './loaded.ts';
import { noPeak, peakOf } from './memory.ts';
import { functionRows, openaiOnBedrock, openaiOverHttp } from './rows.ts';
import { asSmall, noQuota, type Small } from './small.ts';

/** The size of the measurement. */
export interface FunctionExtent {
  /** The number of cold starts of each. */
  readonly starts: number;
  /** The number of processes for peak memory and for the small size. */
  readonly processes: number;
  /** The tokens of the long response. */
  readonly tokens: number;
}

/** The result, or why this machine can't produce it. */
export type Available<Figures> = Figures | { readonly unavailable: string };

/** Medians. */
export interface FunctionFigures {
  readonly loaded: ReadonlyMap<Row, LoadedCode>;
  readonly cold: ReadonlyMap<Code, ColdStart>;
  readonly peaks: Available<ReadonlyMap<Code, Peaks>>;
  readonly small: Available<ReadonlyMap<Row, { readonly free: Small; readonly limited: Small }>>;
}

/** In megabytes. */
export interface Peaks {
  readonly fast: number;
  readonly slow: number;
}

const fewTokens: Shape = { tokens: 20, tokensPerWrite: 1, tokensPerSecond: 0 };
const rows = [openaiOverHttp, openaiOnBedrock];
const codes: readonly Code[] = ['empty handler', ...rows];
/** Lambda's bandwidth for a streamed response after its first 6 MB. */
export const slowReader = { bytesPerSecond: 2e6 };

/** Measures the deployed functions, one process at a time. Throws if a response is incomplete. */
export async function measureFunctions(upstream: URL, { starts, processes, tokens }: FunctionExtent): Promise<FunctionFigures> {
  const long: Shape = { tokens, tokensPerWrite: 8, tokensPerSecond: 0 };
  const tenth: Shape = { ...long, tokens: Math.ceil(tokens / 10) };
  const deployed = await deploy(upstream, [fewTokens, long, tenth]);
  try {
    const loaded = new Map<Row, LoadedCode>();
    for (const row of functionRows) loaded.set(row, await loadedCode(deployed, row, fewTokens));
    const cold = await interleaved(codes, starts, (code) => coldStart(deployed, code, fewTokens));
    return { loaded, cold, peaks: await peaksOf(deployed, processes, long), small: await smallOf(deployed, processes, tenth) };
  } finally {
    await deployed.close();
  }
}

async function peaksOf(deployed: Deployed, processes: number, shape: Shape): Promise<FunctionFigures['peaks']> {
  if (noPeak) return { unavailable: noPeak };
  return interleaved(codes, processes, async (code) => ({
    fast: await peakOf(deployed, code, shape),
    slow: await peakOf(deployed, code, shape, slowReader),
  }));
}

async function smallOf(deployed: Deployed, processes: number, shape: Shape): Promise<FunctionFigures['small']> {
  const unavailable = noQuota();
  if (unavailable !== undefined) return { unavailable };
  const measure = (limited: boolean) => (row: Row) => asSmall(deployed, row, fewTokens, shape, limited);
  const free = await interleaved(rows, processes, measure(false));
  const limited = await interleaved(rows, processes, measure(true));
  return new Map(rows.flatMap((row) => pairOf(row, free.get(row), limited.get(row))));
}

function pairOf(row: Row, free: Small | undefined, limited: Small | undefined) {
  return free && limited ? [[row, { free, limited }] as const] : [];
}

/** Measures all of them in turn, this many times, so that other load on the machine affects all alike. */
async function interleaved<Subject, Figures extends object>(
  subjects: readonly Subject[],
  times: number,
  measure: (subject: Subject) => Promise<Figures>,
): Promise<Map<Subject, Figures>> {
  const seen = new Map<Subject, Figures[]>(subjects.map((subject) => [subject, []]));
  for (let time = 0; time < times; time++) {
    for (const [subject, figures] of seen) figures.push(await measure(subject));
  }
  return new Map([...seen].map(([subject, figures]) => [subject, medians(figures)]));
}

/** Member by member. */
function medians<Figures extends object>(figures: readonly Figures[]): Figures {
  const names = Object.keys(figures[0] ?? {}) as (keyof Figures)[];
  return Object.fromEntries(names.map((name) => [name, median(figures.map((one) => Number(one[name])))])) as Figures;
}
