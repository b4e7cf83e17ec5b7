import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard as CloudWatchDashboard,
  type IWidget,
  LogQueryWidget,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { Config } from '../lib/config/schema.ts';
import { metricNamespace } from '../lib/telemetry/embedded-metrics.ts';
import type { DeployedFunction } from './deployed-function.ts';
import { graph, type OwnMetrics, ofEachFunction, ownMetrics, search } from './graphs.ts';
import { type QueryName, queryLines } from './queries.ts';

export interface DashboardProps {
  readonly config: Config;
  readonly functions: readonly DeployedFunction[];
  readonly alarms: readonly Alarm[];
  /** The base URL of each client family. */
  readonly baseUrls: readonly { readonly name: string; readonly url: string }[];
}

/** What an operator needs: health, speed, failures and their source, cost. */
export class Dashboard extends Construct {
  constructor(scope: Construct, id: string, props: DashboardProps) {
    super(scope, id);
    const { config, baseUrls, alarms } = props;
    const heading = [
      `# ${config.stack.name}`,
      ...baseUrls.map(({ name, url }) => `**${name}** \`${url}\``),
      'The description of each alarm says what to do. The saved queries are in Logs Insights, in the folder with this name.',
    ];
    const dashboard = new CloudWatchDashboard(this, 'Dashboard', { dashboardName: config.stack.name });
    dashboard.addWidgets(
      new TextWidget({ markdown: heading.join('\n\n'), width: 12, height: 5 }),
      ...(alarms.length > 0 ? [new AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms], width: 12, height: 5 })] : []),
    );
    for (const { title, description, widgets } of rows(props)) {
      dashboard.addWidgets(new TextWidget({ markdown: `## ${title}\n${description}`, width: 24, height: 2 }));
      dashboard.addWidgets(...widgets);
    }
  }
}

interface Row {
  readonly title: string;
  /** What the row shows. */
  readonly description: string;
  readonly widgets: IWidget[];
}

function rows(props: DashboardProps): Row[] {
  const own = ownMetrics(metricNamespace(props.config));
  return [
    traffic(own),
    speed(own),
    failures(own),
    money(own, props.functions),
    lambda(props.functions),
    ...bedrock(props.config),
  ];
}

function traffic(own: OwnMetrics): Row {
  return {
    title: 'Traffic',
    description:
      "Requests by dialect and by result. Client errors are bad requests, unknown keys and exceeded limits. For Lambda, a broken stream is a success, so only Sluice's own metrics count it.",
    widgets: [
      graph('Requests by dialect', [own.each('Requests', 'dialect', 'Sum')], { unit: 'requests' }),
      graph('Results', [own.total('UpstreamRequests', 'Sum'), own.total('Errors', 'Sum'), own.total('ClientErrors', 'Sum')], {
        unit: 'requests',
      }),
      graph('Broken streams', [own.percent('StreamsCut', 'Streams'), own.percent('StreamsStalled', 'Streams')], { unit: '%' }),
    ],
  };
}

function speed(own: OwnMetrics): Row {
  const first = 'gen_ai.server.time_to_first_token';
  return {
    title: 'Speed',
    description:
      'Time to the first content and then per token. The overhead is the time before Sluice sends the upstream request. In that time it reads the request and checks the key and its limits.',
    widgets: [
      graph(
        'Time to first content',
        ['p50', 'p95', 'p99'].map((part) => own.total(first, part, part)),
        { unit: 's', width: 6 },
      ),
      graph('Time to first content, p95 by model', [own.each(first, 'alias', 'p95')], { unit: 's', width: 6 }),
      graph('Time per output token, by provider', [own.each('gen_ai.server.time_per_output_token', 'provider', 'p50')], {
        unit: 's',
        width: 6,
      }),
      graph(
        'Overhead before the upstream request',
        ['p50', 'p95'].map((part) => own.total('GatewayOverhead', part, part)),
        {
          unit: 's',
          width: 6,
        },
      ),
    ],
  };
}

function failures(own: OwnMetrics): Row {
  const helped = ['Retries', 'Fallbacks', 'UpstreamThrottles'] as const;
  const refused = ['AuthFailures', 'LimitRejections', 'ProviderAuthErrors', 'SecretFailures', 'DeadlineHits'] as const;
  return {
    title: 'Failures',
    description:
      'Errors that clients saw, by code and by provider. Failures that a retry or a fallback hid from the client. Rejected requests.',
    widgets: [
      graph('Errors by kind', [own.each('Errors', 'outcome', 'Sum')], { unit: 'requests', width: 6 }),
      graph('Errors by provider', [own.each('Errors', 'provider', 'Sum')], { unit: 'requests', width: 6 }),
      graph(
        'Hidden by a retry or a fallback',
        helped.map((name) => own.total(name, 'Sum')),
        { unit: 'attempts', width: 6 },
      ),
      graph(
        'Rejected or past the deadline',
        refused.map((name) => own.total(name, 'Sum')),
        { unit: 'requests', width: 6 },
      ),
    ],
  };
}

function money(own: OwnMetrics, functions: readonly DeployedFunction[]): Row {
  return {
    title: 'Tokens and cost',
    description:
      'Costs cover the models with a price in the configuration. Models without a price are missing here (they do not count as 0). The table shows the cost by client key.',
    widgets: [
      graph('Dollars by model', [own.each('CostUsd', 'alias', 'Sum')], { unit: 'USD', width: 6 }),
      graph('Output tokens by model', [own.each('gen_ai.client.inference.usage.output_tokens', 'alias', 'Sum')], {
        unit: 'tokens',
        width: 6,
      }),
      query('cost by key', functions, 12),
    ],
  };
}

function lambda(functions: readonly DeployedFunction[]): Row {
  const each = (metricName: string, statistic: string) => ofEachFunction(functions, metricName, statistic);
  return {
    title: 'Lambda',
    description:
      'Billed duration (a stream is billed until it ends), concurrency against its limit, and requests that Lambda itself throttled or failed.',
    widgets: [
      graph('Concurrency', each('ConcurrentExecutions', 'Maximum'), { unit: 'requests', width: 6 }),
      graph('Duration, p95', each('Duration', 'p95'), { unit: 'ms', width: 6 }),
      graph('Throttled, failed', [...each('Throttles', 'Sum'), ...each('Errors', 'Sum')], { unit: 'requests', width: 6 }),
      graph('4xx and 5xx responses', [...each('Url4xxCount', 'Sum'), ...each('Url5xxCount', 'Sum')], {
        unit: 'requests',
        width: 6,
      }),
    ],
  };
}

/** Bedrock's own metrics for the same requests, if there is a provider of that kind. */
function bedrock({ providers, models }: Config): Row[] {
  const targets = Object.values(models).flatMap((entry) => (typeof entry === 'string' ? [entry] : entry.targets));
  const isTarget = targets.some((item) => (typeof item === 'string' ? item : item.target).startsWith('bedrock/'));
  const entry = providers.bedrock ?? Object.values(providers).find(({ kind }) => kind === 'bedrock');
  if (!entry && !isTarget) return [];
  const each = (metricName: string, statistic: string) => [search('AWS/Bedrock', 'ModelId', metricName, statistic)];
  const place = { width: 6, region: entry?.region };
  return [
    {
      title: 'Bedrock',
      description:
        "Bedrock's own metrics for the same requests, by model. A retry or a fallback hid every error here that the graphs above do not show.",
      widgets: [
        graph('Calls', each('Invocations', 'Sum'), { unit: 'calls', ...place }),
        graph('Throttled', each('InvocationThrottles', 'Sum'), { unit: 'calls', ...place }),
        graph('Failed at Bedrock', each('InvocationServerErrors', 'Sum'), { unit: 'calls', ...place }),
        graph('Total request time, p95', each('InvocationLatency', 'p95'), { unit: 'ms', ...place }),
      ],
    },
  ];
}

function query(name: QueryName, functions: readonly DeployedFunction[], width: number): LogQueryWidget {
  return new LogQueryWidget({
    title: name,
    logGroupNames: functions.map(({ logGroup }) => logGroup.logGroupName),
    queryLines: queryLines(name),
    width,
    height: 6,
  });
}
