import type { StackConfig } from '../lib/config/stack-schema.ts';
import type { ErrorKind } from '../lib/stream/errors.ts';
import type { MetricName } from '../lib/telemetry/metrics.ts';

/** CloudWatch metrics: Sluice's own, across all functions, and those of Lambda and of Web Functions, per function. */
type Names = { sluice: MetricName; lambda: LambdaMetric; web: 'HTTPResponseStatusClass5XX' };
type LambdaMetric = 'Errors' | 'Throttles' | 'ConcurrentExecutions' | 'Url5xxCount' | 'UrlRequestCount';

/** The metric that an alarm watches, in one period. */
export type Watch = WatchOf<'sluice'> | WatchOf<'lambda'> | WatchOf<'web'>;

interface WatchOf<Source extends keyof Names> {
  readonly from: Source;
  readonly metric: Names[Source];
  readonly statistic: 'Sum' | 'Maximum' | 'p95';
  /** Only this outcome. */
  readonly outcome?: ErrorKind;
  /** Watches the percentage of another metric. Missing below `atLeast`, because one of two would be 50 %. */
  readonly of?: { readonly whole: Names[Source]; readonly atLeast: number };
}

/** The settings that a threshold may depend on. */
export interface Bounds {
  readonly reservedConcurrency: number | false;
  readonly monthlyBudget: StackConfig['monthlyBudget'];
}

export interface AlarmRow {
  readonly name: string;
  readonly watch: Watch;
  /** The alarm triggers above this value. No alarm if `undefined`. */
  readonly above: number | ((bounds: Bounds) => number | undefined);
  /** The length of a period, in minutes. */
  readonly minutes: number;
  /** The number of consecutive periods. */
  readonly periods: number;
  /** What has happened, and what it means. */
  readonly why: string;
  /** What the operator should do. */
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
/** Dollars an hour if the operator has set no budget. */
const usualSpend = 10;

/**
 * Every alarm. For Lambda, a stream that breaks in the middle is a success, so the first three alarms use Sluice's
 * own metrics. No data means no problem.
 */
export const alarmTable: readonly AlarmRow[] = [
  {
    name: 'streams-cut',
    watch: percent('StreamsCut', 'Streams'),
    above: 1,
    minutes: 5,
    periods: 1,
    why: 'More than 1 % of the streams failed in the middle because of the provider. The clients received an error.',
    remedy:
      'Run the saved query "broken streams by provider". If one provider stands out, check its status page and put another target first in sluice.config.ts.',
  },
  {
    name: 'streams-stalled',
    watch: percent('StreamsStalled', 'Streams'),
    above: 1,
    minutes: 5,
    periods: 1,
    why: 'More than 1 % of the streams were silent in the middle for longer than `timeouts.idle`.',
    remedy:
      'Run the saved query "broken streams by provider". If the model thinks for a long time between outputs, raise its `timeouts.idle`. Otherwise put another target first.',
  },
  {
    name: 'errors',
    watch: percent('Errors', 'UpstreamRequests'),
    above: 5,
    minutes: 5,
    periods: 1,
    why: 'More than 5 % of the requests that reached a provider failed, and the client was not at fault.',
    remedy: 'Run the saved query "top errors". It shows the error code, the provider and its error message.',
  },
  {
    name: 'first-content-slow',
    watch: { from: 'sluice', metric: 'gen_ai.server.time_to_first_token', statistic: 'p95' },
    above: 20,
    minutes: 5,
    periods: 3,
    why: 'For 15 minutes, one request in twenty waited more than 20 s for its first content.',
    remedy:
      'Run the saved query "time to first content by model". Give that model a fallback with `hedgeAfter` or a shorter `timeouts.firstContent`.',
  },
  {
    name: 'upstream-throttled',
    watch: sum('UpstreamThrottles'),
    above: 0,
    minutes: 1,
    periods: 5,
    why: 'For five minutes in a row, a provider throttled requests.',
    remedy:
      'Request a higher quota from the provider, spread the model over more targets, or lower `maxOutputTokens`. Bedrock charges the whole output limit against the quota at the start of a request.',
  },
  {
    name: 'provider-refuses-key',
    watch: sum('ProviderAuthErrors'),
    above: 0,
    minutes: 5,
    periods: 1,
    why: 'A provider rejected the key or the role of the gateway.',
    remedy:
      "Put a valid key into the provider's secret (npm run doctor shows its name). The functions read it again at once. For Bedrock, check that the account has access to the model.",
  },
  {
    name: 'secret-unreadable',
    watch: sum('SecretFailures'),
    above: 0,
    minutes: 5,
    periods: 1,
    why: 'A request could not be sent to a provider because its key could not be read from Secrets Manager.',
    remedy:
      'Check that the secret exists and has a value (npm run doctor), and that you deployed the stack after you added the secret to the configuration.',
  },
  {
    name: 'unknown-keys',
    watch: sum('AuthFailures'),
    above: 100,
    minutes: 5,
    periods: 1,
    why: 'More than 100 requests in five minutes had no key or an unknown key. Either an app uses an old key or somebody is guessing keys.',
    remedy:
      'Run the saved query "top errors". Sluice rejects these requests, but Lambda bills them. CloudFront with WAF (`stack.cloudFront`) limits requests by IP address.',
  },
  {
    name: 'deadline-hit',
    watch: sum('DeadlineHits'),
    above: 0,
    minutes: 5,
    periods: 1,
    why: 'A response was not complete within `timeouts.total`, so Sluice ended it.',
    remedy: 'Raise `timeouts.total` (840 s at most), or lower `maxOutputTokens` for models that write long responses.',
  },
  {
    name: 'gateway-failed',
    watch: { ...sum('Errors'), outcome: 'gateway_error' },
    above: 0,
    minutes: 5,
    periods: 1,
    why: 'A request failed because of a bug or a failure in the gateway itself.',
    remedy:
      'Run the saved query "top errors" and find one of the log entries by its request_id. `cause` has the error. Please report it.',
  },
  {
    name: 'keys-unreachable',
    watch: { ...sum('Errors'), outcome: 'keys_unavailable' },
    above: 0,
    minutes: 5,
    periods: 1,
    why: 'Requests were refused because the table of client keys did not answer.',
    remedy:
      'Look at `cause` in the lines of the log with this outcome, and at the throttles of the table that SLUICE_TABLE names.',
  },
  {
    name: 'streams-not-stored',
    watch: sum('DurableFailures'),
    above: 0,
    minutes: 5,
    periods: 1,
    why: 'Durable streams could not be stored. Requests with an Idempotency-Key were refused, others can not be resumed.',
    remedy: 'Search the log for entries whose msg is "streams", and check the throttles of the DynamoDB table in SLUICE_TABLE.',
  },
  {
    name: 'limits-unreachable',
    watch: { ...sum('Errors'), outcome: 'limits_unavailable' },
    above: 0,
    minutes: 5,
    periods: 1,
    why: 'Requests with limited keys were rejected because the table with the usage counters did not respond.',
    remedy: 'Search the log for entries whose msg is "limits", and check the throttles of the DynamoDB table in SLUICE_TABLE.',
  },
  {
    name: 'spend',
    watch: sum('CostUsd'),
    above: ({ monthlyBudget }) => (monthlyBudget === undefined ? usualSpend : (3 * monthlyBudget) / hoursOfMonth),
    minutes: 60,
    periods: 1,
    why: 'In one hour, the models cost more than three times the hourly share of `stack.monthlyBudget` (10 dollars if it is not set).',
    remedy:
      'Run the saved query "cost by key". Lower that key\'s `limits.dollarsPerDay`, or revoke it with npm run keys. To stop everything, set the reserved concurrency of the functions to 0.',
  },
  {
    name: 'lambda-failed',
    watch: lambdaSum('Errors'),
    above: 0,
    minutes: 5,
    periods: 1,
    why: 'The function itself failed. It crashed, timed out or ran out of memory.',
    remedy: 'Check the last entries of its log group. If it ran out of memory, raise `stack.memory`.',
  },
  {
    name: 'lambda-throttled',
    watch: lambdaSum('Throttles'),
    above: 0,
    minutes: 5,
    periods: 1,
    why: 'Lambda throttled requests because the function reached its concurrency limit.',
    remedy: 'Raise `stack.reservedConcurrency`, or request a higher account quota (npm run doctor shows it).',
  },
  {
    name: 'concurrency-high',
    watch: { from: 'lambda', metric: 'ConcurrentExecutions', statistic: 'Maximum' },
    above: ({ reservedConcurrency }) => (reservedConcurrency === false ? undefined : 0.8 * reservedConcurrency),
    minutes: 5,
    periods: 1,
    why: 'The function uses more than 80 % of its reserved concurrency.',
    remedy: 'Raise `stack.reservedConcurrency` before Lambda throttles requests, or limit keys with `limits.concurrentStreams`.',
  },
  {
    name: 'url-5xx',
    watch: { from: 'lambda', metric: 'Url5xxCount', statistic: 'Sum', of: { whole: 'UrlRequestCount', atLeast: 3 } },
    above: 1,
    minutes: 5,
    periods: 1,
    why: 'More than 1 % of the responses of the function URL had a 5xx status.',
    remedy:
      'If the alarm "errors" is also on, a provider fails. Start there. Otherwise the function does not respond. Check "lambda-failed" and the log group.',
  },
  {
    name: 'web-5xx',
    watch: { from: 'web', metric: 'HTTPResponseStatusClass5XX', statistic: 'Sum' },
    above: 10,
    minutes: 5,
    periods: 1,
    why: 'More than ten responses of the Web Function in five minutes had a 5xx status.',
    remedy:
      'If the alarm "errors" is also on, a provider fails. Start there. Otherwise the server does not start or does not respond. Check the log group.',
  },
];
