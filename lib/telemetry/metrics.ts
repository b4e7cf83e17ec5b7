import type { Attempt } from '../gateway/answer-state.ts';
import type { ErrorKind } from '../stream/errors.ts';
import type { RequestSummary } from './request-summary.ts';

/** Units of CloudWatch that are used here. */
export type Unit = 'Count' | 'Seconds' | 'None';

/** Fields of the access log by which a metric may be told apart. Each has few values, none of a caller's choosing. */
export type Dimension = 'dialect' | 'provider' | 'alias' | 'outcome';

export interface Metric {
  readonly name: string;
  readonly unit: Unit;
  /** Beside the sum of all, one series for each value of each of these. */
  readonly by: readonly Dimension[];
  /** What one request adds to it. `undefined` where there is nothing to add, so that rare events cost nothing. */
  readonly value: (summary: RequestSummary) => number | number[] | undefined;
}

const all: readonly Dimension[] = [];
const byProvider: readonly Dimension[] = ['provider'];
const byAlias: readonly Dimension[] = ['alias'];
const byProviderAndAlias: readonly Dimension[] = ['provider', 'alias'];
const byOutcome: readonly Dimension[] = ['outcome'];

/**
 * Every metric, from what is known of a request. Names that OpenTelemetry's conventions for generative AI have are
 * theirs, with their units (seconds, tokens): `server` is what the caller sees, `client` what the providers are asked.
 * Of the conventions' two forms of token counts it is the one with a counter for each kind of token, since one line
 * holds one value of a name.
 */
const table = [
  { name: 'Requests', unit: 'Count', by: ['dialect'], value: () => 1 },
  { name: 'UpstreamRequests', unit: 'Count', by: byProviderAndAlias, value: ({ attempts }) => one(attempts.length > 0) },
  { name: 'Streams', unit: 'Count', by: byProvider, value: ({ streamed }) => one(streamed) },
  { name: 'Errors', unit: 'Count', by: ['provider', 'outcome'], value: (summary) => one(isFailure(summary)) },
  {
    name: 'ClientErrors',
    unit: 'Count',
    by: byOutcome,
    value: ({ faultSource }) => one(faultSource === 'client' || faultSource === 'rejected'),
  },
  {
    name: 'StreamsCut',
    unit: 'Count',
    by: byProvider,
    value: ({ streamed, faultSource, outcome }) => one(streamed && faultSource === 'upstream' && outcome !== 'upstream_stalled'),
  },
  {
    name: 'StreamsStalled',
    unit: 'Count',
    by: byProvider,
    value: ({ streamed, outcome }) => one(streamed && outcome === 'upstream_stalled'),
  },
  { name: 'DeadlineHits', unit: 'Count', by: all, value: ({ outcome }) => one(outcome === 'stream_deadline') },
  { name: 'Retries', unit: 'Count', by: all, value: ({ attempts }) => some(retries(attempts)) },
  { name: 'Fallbacks', unit: 'Count', by: all, value: ({ attempts }) => some(fallbacks(attempts)) },
  { name: 'UpstreamThrottles', unit: 'Count', by: all, value: (summary) => failedAttempts(summary, 'rate_limit_exceeded') },
  { name: 'ProviderAuthErrors', unit: 'Count', by: all, value: (summary) => failedAttempts(summary, 'provider_auth_error') },
  { name: 'AuthFailures', unit: 'Count', by: all, value: ({ outcome }) => one(outcome === 'invalid_api_key') },
  { name: 'LimitRejections', unit: 'Count', by: all, value: (summary) => one(isLimit(summary)) },
  { name: 'CostUsd', unit: 'None', by: byAlias, value: ({ entry }) => entry.cost?.usd },
  { name: 'ColdStarts', unit: 'Count', by: all, value: ({ coldStart }) => one(coldStart) },
  { name: 'UsageMissing', unit: 'Count', by: byProvider, value: ({ finish }) => one(finish && !hasTokens(finish.usage)) },
  {
    name: 'GatewayOverhead',
    unit: 'Seconds',
    by: all,
    value: ({ entry: { startedAt, answerState } }) => seconds(startedAt, answerState?.firstAttemptAt),
  },
  {
    name: 'gen_ai.server.request.duration',
    unit: 'Seconds',
    by: byProvider,
    value: ({ entry: { startedAt, endedAt }, attempts }) => (attempts.length > 0 ? seconds(startedAt, endedAt) : undefined),
  },
  {
    name: 'gen_ai.server.time_to_first_token',
    unit: 'Seconds',
    by: byProviderAndAlias,
    value: ({ entry: { startedAt, answerState } }) => seconds(startedAt, answerState?.firstContentAt),
  },
  { name: 'gen_ai.server.time_per_output_token', unit: 'Seconds', by: byProvider, value: timePerToken },
  {
    name: 'gen_ai.client.operation.duration',
    unit: 'Seconds',
    by: all,
    value: ({ attempts }) => values(attempts.map(({ ms }) => ms && ms / 1000)),
  },
  {
    name: 'gen_ai.client.inference.usage.input_tokens',
    unit: 'Count',
    by: byAlias,
    value: ({ usage }) => usage?.input,
  },
  {
    name: 'gen_ai.client.inference.usage.output_tokens',
    unit: 'Count',
    by: byAlias,
    value: ({ usage }) => usage?.output,
  },
  {
    name: 'gen_ai.client.inference.usage.cache_read.input_tokens',
    unit: 'Count',
    by: all,
    value: ({ usage }) => usage?.cacheRead,
  },
  {
    name: 'gen_ai.client.inference.usage.cache_write.input_tokens',
    unit: 'Count',
    by: all,
    value: ({ usage }) => usage?.cacheWrite,
  },
  {
    name: 'gen_ai.client.inference.usage.reasoning.output_tokens',
    unit: 'Count',
    by: all,
    value: ({ usage }) => usage?.reasoning,
  },
] as const satisfies readonly Metric[];

export const metrics: readonly Metric[] = table;

/** What is counted apart from requests: a secret that could not be read, though the key that was read before may have covered it. */
export const secretFailures = 'SecretFailures';

export type MetricName = (typeof table)[number]['name'] | typeof secretFailures;

function one(condition: unknown): 1 | undefined {
  return condition ? 1 : undefined;
}

function some(count: number): number | undefined {
  return count > 0 ? count : undefined;
}

/** One line holds so many values of a metric; a request has so many attempts only where it has as many prompts. */
const maxValues = 100;

function values(numbers: readonly (number | undefined)[]): number[] | undefined {
  const known = numbers.filter((number) => number !== undefined).slice(0, maxValues);
  return known.length > 0 ? known : undefined;
}

function seconds(from: number, to: number | undefined): number | undefined {
  return to === undefined ? undefined : Math.round(to - from) / 1000;
}

/** A request that came to grief by no fault of the caller's. */
function isFailure({ faultSource }: RequestSummary): boolean {
  return faultSource === 'upstream' || faultSource === 'gateway' || faultSource === 'deadline';
}

/** A request that the limits of its key did not allow; a provider's own limits are met in an attempt. */
function isLimit({ faultSource, error, attempts }: RequestSummary): boolean {
  return attempts.length === 0 && faultSource === 'rejected' && error?.status === 429;
}

function hasTokens({ input, output }: { input?: number; output?: number }): boolean {
  return input !== undefined || output !== undefined;
}

function failedAttempts({ attempts }: RequestSummary, kind: ErrorKind): number | undefined {
  return some(attempts.filter(({ error }) => error === kind).length);
}

/** How long each token took after the first, where the provider said how many there were. */
function timePerToken({ entry: { endedAt, answerState }, finish }: RequestSummary): number | undefined {
  const tokens = finish?.usage.output ?? 0;
  const first = answerState?.firstContentAt;
  return first === undefined || tokens < 2 ? undefined : (endedAt - first) / 1000 / (tokens - 1);
}

/** The attempts of each target. Those that were superseded did not fail. */
function byTarget(attempts: readonly Attempt[]): Attempt[][] {
  const targets = new Map<string, Attempt[]>();
  for (const attempt of attempts) {
    const name = `${attempt.provider}/${attempt.model}`;
    targets.set(name, [...(targets.get(name) ?? []), attempt]);
  }
  return [...targets.values()];
}

function failures(attempts: readonly Attempt[]): number {
  return attempts.filter(({ error }) => error !== undefined && error !== 'superseded').length;
}

/** How often a target that had failed was asked again; a further prompt of the same request is no retry. */
function retries(attempts: readonly Attempt[]): number {
  return byTarget(attempts).reduce((sum, target) => sum + Math.min(failures(target), target.length - 1), 0);
}

/** How often another target was asked since one had failed; a target asked beside a slow one is no fallback. */
function fallbacks(attempts: readonly Attempt[]): number {
  const targets = byTarget(attempts);
  return Math.min(targets.filter((target) => failures(target) > 0).length, Math.max(targets.length - 1, 0));
}
