import type { StackConfig } from '../lib/config/stack-schema.ts';
import type { ErrorKind } from '../lib/stream/errors.ts';
import type { MetricName } from '../lib/telemetry/metrics.ts';

/** Metrics of CloudWatch: the functions' own, over all of them, and those that Lambda keeps of each function. */
type Names = { sluice: MetricName; lambda: LambdaMetric };
type LambdaMetric = 'Errors' | 'Throttles' | 'ConcurrentExecutions' | 'Url5xxCount' | 'UrlRequestCount';

/** What an alarm looks at, in one period. */
export type Watch = WatchOf<'sluice'> | WatchOf<'lambda'>;

interface WatchOf<Source extends keyof Names> {
  readonly from: Source;
  readonly metric: Names[Source];
  readonly statistic: 'Sum' | 'Maximum' | 'p95';
  /** Of this outcome alone. */
  readonly outcome?: ErrorKind;
  /** What it is so many per cent of. Nothing where it is fewer than `atLeast`, since one of two would be a half. */
  readonly of?: { readonly whole: Names[Source]; readonly atLeast: number };
}

/** What a threshold may follow from. */
export interface Bounds {
  readonly reservedConcurrency: number | false;
  readonly monthlyBudget: StackConfig['monthlyBudget'];
}

export interface AlarmRow {
  readonly name: string;
  readonly watch: Watch;
  /** It sounds when what it looks at is more than this; where this is `undefined` there is no alarm. */
  readonly above: number | ((bounds: Bounds) => number | undefined);
  /** The length of a period, in minutes. */
  readonly minutes: number;
  /** In how many periods in a row. */
  readonly periods: number;
  /** What has happened, and what that means. */
  readonly why: string;
  /** What whoever is woken by it does. */
  readonly remedy: string;
}

const sum = (metric: MetricName): Watch => ({ from: 'sluice', metric, statistic: 'Sum' });
const percent = (metric: MetricName, whole: MetricName): Watch => ({
  from: 'sluice',
  metric,
  statistic: 'Sum',
  of: { whole, atLeast: 3 },
});
const lambdaSum = (metric: LambdaMetric): Watch => ({ from: 'lambda', metric, statistic: 'Sum' });

const hoursOfMonth = 730;
/** Dollars an hour where the operator has set no budget. */
const usualSpend = 10;

/**
 * Every alarm. A stream that breaks off in its middle is a success to Lambda, so the first three look at what the
 * functions themselves say. Where nothing is reported nothing is wrong.
 */
export const alarmTable: readonly AlarmRow[] = [
  {
    name: 'streams-cut',
    watch: percent('StreamsCut', 'Streams'),
    above: 1,
    minutes: 5,
    periods: 1,
    why: 'More than 1 % of the streams broke off in the middle by a failure of the provider; their readers were told.',
    remedy:
      'Run the saved query "broken streams by provider". If one provider stands out, look at its status page and put another target before it in sluice.config.ts.',
  },
  {
    name: 'streams-stalled',
    watch: percent('StreamsStalled', 'Streams'),
    above: 1,
    minutes: 5,
    periods: 1,
    why: 'More than 1 % of the streams fell silent in the middle for as long as `timeouts.idle` allows.',
    remedy:
      'Run the saved query "broken streams by provider". If the model thinks for long between words, raise its `timeouts.idle`; otherwise put another target before it.',
  },
  {
    name: 'errors',
    watch: percent('Errors', 'UpstreamRequests'),
    above: 5,
    minutes: 5,
    periods: 1,
    why: 'More than 5 % of the requests that a provider was asked about failed, by no fault of their callers.',
    remedy: 'Run the saved query "top errors": it names the kind, the provider and its own words.',
  },
  {
    name: 'first-content-slow',
    watch: { from: 'sluice', metric: 'gen_ai.server.time_to_first_token', statistic: 'p95' },
    above: 20,
    minutes: 5,
    periods: 3,
    why: 'For a quarter of an hour one request in twenty waited more than 20 s for its first content.',
    remedy:
      'Run the saved query "time to first content by model". Give that model a fallback with `hedgeAfter` or a shorter `timeouts.firstContent`.',
  },
  {
    name: 'upstream-throttled',
    watch: sum('UpstreamThrottles'),
    above: 0,
    minutes: 1,
    periods: 5,
    why: 'For five minutes on end a provider has refused calls because too many came.',
    remedy:
      'Ask the provider for a higher quota, spread the model over more targets, or lower `maxOutputTokens`: Bedrock counts it against the quota when a call begins.',
  },
  {
    name: 'provider-refuses-key',
    watch: sum('ProviderAuthErrors'),
    above: 0,
    minutes: 5,
    periods: 1,
    why: 'A provider has refused the key, or the role, that it was asked with.',
    remedy:
      "Put a valid key into the provider's secret (npm run doctor names it); it is read again at once. For Bedrock, see that the account has access to the model.",
  },
  {
    name: 'secret-unreadable',
    watch: sum('SecretFailures'),
    above: 0,
    minutes: 5,
    periods: 1,
    why: 'A provider could not be asked because its key could not be read from Secrets Manager.',
    remedy: 'See that the secret exists and has a value (npm run doctor), and that the stack was deployed after it was named.',
  },
  {
    name: 'unknown-keys',
    watch: sum('AuthFailures'),
    above: 100,
    minutes: 5,
    periods: 1,
    why: 'More than a hundred requests in five minutes came with no key or an unknown one: an app has an old key, or somebody is trying.',
    remedy:
      'Run the saved query "top errors". Nobody is let in, but each attempt is paid for; CloudFront with WAF (`stack.cloudFront`) limits them by address.',
  },
  {
    name: 'deadline-hit',
    watch: sum('DeadlineHits'),
    above: 0,
    minutes: 5,
    periods: 1,
    why: 'An answer was not complete within `timeouts.total` and was ended.',
    remedy: 'Raise `timeouts.total` (840 s at most), or lower `maxOutputTokens`, for models that write for so long.',
  },
  {
    name: 'gateway-failed',
    watch: { ...sum('Errors'), outcome: 'gateway_error' },
    above: 0,
    minutes: 5,
    periods: 1,
    why: 'A request failed by a fault of the gateway itself.',
    remedy:
      'Run the saved query "top errors" and look up one such line by its request_id: `cause` says what was thrown. Report it.',
  },
  {
    name: 'limits-unreachable',
    watch: { ...sum('Errors'), outcome: 'limits_unavailable' },
    above: 0,
    minutes: 5,
    periods: 1,
    why: 'Requests of keys with limits were refused because the table that counts them did not answer.',
    remedy:
      'Look for lines of the log whose msg is "limits", and at the throttles of the DynamoDB table that SLUICE_TABLE names.',
  },
  {
    name: 'spend',
    watch: sum('CostUsd'),
    above: ({ monthlyBudget }) => (monthlyBudget === undefined ? usualSpend : (3 * monthlyBudget) / hoursOfMonth),
    minutes: 60,
    periods: 1,
    why: 'In one hour the models cost more than three times what `stack.monthlyBudget` allows an hour, or 10 dollars where that is not set.',
    remedy:
      'Run the saved query "cost by key". Lower that key\'s `limits.dollarsPerDay`, or take it back with npm run keys. To stop everything: set the reserved concurrency of the functions to 0.',
  },
  {
    name: 'lambda-failed',
    watch: lambdaSum('Errors'),
    above: 0,
    minutes: 5,
    periods: 1,
    why: 'The function itself ended in a failure: a crash, its timeout, or memory that ran out.',
    remedy: 'Look at the last lines of its log group. If memory ran out, raise `stack.memory`.',
  },
  {
    name: 'lambda-throttled',
    watch: lambdaSum('Throttles'),
    above: 0,
    minutes: 5,
    periods: 1,
    why: 'Lambda turned requests away: more came at once than the function may serve.',
    remedy: 'Raise `stack.reservedConcurrency`, or ask for a higher account quota (npm run doctor shows it).',
  },
  {
    name: 'concurrency-high',
    watch: { from: 'lambda', metric: 'ConcurrentExecutions', statistic: 'Maximum' },
    above: ({ reservedConcurrency }) => (reservedConcurrency === false ? undefined : 0.8 * reservedConcurrency),
    minutes: 5,
    periods: 1,
    why: 'More than 80 % of the requests that the function may serve at once were running.',
    remedy: 'Raise `stack.reservedConcurrency` before requests are turned away, or limit keys by `limits.concurrentStreams`.',
  },
  {
    name: 'url-5xx',
    watch: { from: 'lambda', metric: 'Url5xxCount', statistic: 'Sum', of: { whole: 'UrlRequestCount', atLeast: 3 } },
    above: 1,
    minutes: 5,
    periods: 1,
    why: "More than 1 % of the answers of the function's URL had a status of 500 or more.",
    remedy:
      'If the alarm "errors" sounds too, a provider fails: start there. If it does not, the function does not answer: look at "lambda-failed" and the log group.',
  },
];
