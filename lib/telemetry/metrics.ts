import type { Attempt } from '../gateway/answer-state.ts';
import type { ErrorKind } from '../stream/errors.ts';
import type { DurableEntry } from './access-entry.ts';
import type { RequestSummary } from './request-summary.ts';

/** The CloudWatch units in use. */
export type Unit = 'Count' | 'Seconds' | 'None';

/** Fields of the access log that can be dimensions. Each has few values, and a client can't choose them. */
export type Dimension = 'dialect' | 'provider' | 'alias' | 'outcome';

export interface Metric {
  readonly name: string;
  readonly unit: Unit;
  /** One series per value of each of these, besides the sum of all. */
  readonly by: readonly Dimension[];
  /** What one request adds to the metric. `undefined` if it adds nothing, so that rare events cost nothing. */
  readonly value: (summary: RequestSummary) => number | number[] | undefined;
}

const all: readonly Dimension[] = [];
const byProvider: readonly Dimension[] = ['provider'];
const byAlias: readonly Dimension[] = ['alias'];
const byProviderAndAlias: readonly Dimension[] = ['provider', 'alias'];
const byOutcome: readonly Dimension[] = ['outcome'];

/**
 * Every metric, computed from what is known about a request. Where OpenTelemetry's conventions for generative AI
 * define a name, the metric uses it, with its unit (seconds, tokens). `server` is what the client sees, `client` is
 * what Sluice sends to providers. The conventions have two forms of token counts. Sluice uses one counter per kind of
 * token, because a log entry can hold one value per name.
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
  { name: 'DurableStreams', unit: 'Count', by: all, value: whereRole('created') },
  { name: 'DurableResumes', unit: 'Count', by: all, value: whereRole('resumed') },
  { name: 'DurableJoins', unit: 'Count', by: all, value: whereRole('joined') },
  { name: 'DurableReplays', unit: 'Count', by: all, value: whereRole('replayed') },
  { name: 'DurableCancels', unit: 'Count', by: all, value: whereRole('cancelled') },
  { name: 'DurableLosses', unit: 'Count', by: all, value: ({ entry }) => one(entry.durable?.isLost?.()) },
  { name: 'DurableFailures', unit: 'Count', by: all, value: (summary) => one(isNotDurable(summary)) },
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

/** Counted apart from requests: a secret that could not be read, even if the cached key was still usable. */
export const secretFailures = 'SecretFailures';

export type MetricName = (typeof table)[number]['name'] | typeof secretFailures;

function one(condition: unknown): 1 | undefined {
  return condition ? 1 : undefined;
}

function some(count: number): number | undefined {
  return count > 0 ? count : undefined;
}

/**
 * The maximum number of values of a metric in one entry. A request only has that many attempts if it has as many
 * prompts.
 */
const maxValues = 100;

function values(numbers: readonly (number | undefined)[]): number[] | undefined {
  const known = numbers.filter((number) => number !== undefined).slice(0, maxValues);
  return known.length > 0 ? known : undefined;
}

function seconds(from: number, to: number | undefined): number | undefined {
  return to === undefined ? undefined : Math.round(to - from) / 1000;
}

/** A request that failed and the client was not at fault. */
function isFailure({ faultSource }: RequestSummary): boolean {
  return faultSource === 'upstream' || faultSource === 'gateway' || faultSource === 'deadline';
}

/** A request that exceeded the limits of its key. A provider's own limits appear in an attempt. */
function isLimit({ faultSource, error, attempts }: RequestSummary): boolean {
  return attempts.length === 0 && faultSource === 'rejected' && error?.status === 429;
}

/** Counts requests with this part in a durable stream. */
function whereRole(role: DurableEntry['role']): Metric['value'] {
  return ({ entry }) => one(entry.durable?.role === role);
}

/** A stream that could not be stored or read to its end, or a request that was refused because of that. */
function isNotDurable({ entry: { durable }, outcome }: RequestSummary): boolean {
  return durable?.role === 'unstored' || durable?.isDegraded?.() === true || outcome === 'streams_unavailable';
}

function hasTokens({ input, output }: { input?: number; output?: number }): boolean {
  return input !== undefined || output !== undefined;
}

function failedAttempts({ attempts }: RequestSummary, kind: ErrorKind): number | undefined {
  return some(attempts.filter(({ error }) => error === kind).length);
}

/** The time of each token after the first, if the provider reported the number of tokens. */
function timePerToken({ entry: { endedAt, answerState }, finish }: RequestSummary): number | undefined {
  const tokens = finish?.usage.output ?? 0;
  const first = answerState?.firstContentAt;
  return first === undefined || tokens < 2 ? undefined : (endedAt - first) / 1000 / (tokens - 1);
}

/** The attempts of each target. Superseded attempts did not fail. */
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

/** The number of retries at a target that had failed. A further prompt of the same request is not a retry. */
function retries(attempts: readonly Attempt[]): number {
  return byTarget(attempts).reduce((sum, target) => sum + Math.min(failures(target), target.length - 1), 0);
}

/** The number of fallbacks to another target after a failure. A hedge next to a slow target is not a fallback. */
function fallbacks(attempts: readonly Attempt[]): number {
  const targets = byTarget(attempts);
  return Math.min(targets.filter((target) => failures(target) > 0).length, Math.max(targets.length - 1, 0));
}
