import { CfnQueryDefinition } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { DeployedFunction } from './deployed-function.ts';

/** A query of the access log in CloudWatch Logs Insights syntax. */
export interface SavedQuery {
  readonly name: string;
  /** One command per line. */
  readonly lines: readonly string[];
}

/** By the names that alarms mention. A JSON field that an entry lacks is missing and doesn't count. */
export const savedQueries = [
  {
    name: 'cost by key',
    lines: [
      'filter msg = "access" and ispresent(input_tokens)',
      'stats sum(cost_usd) as usd, sum(input_tokens) as input, sum(output_tokens) as output, count(*) as requests by key_id, alias',
      'sort usd desc, output desc',
      'limit 50',
    ],
  },
  {
    name: 'time to first content by model',
    lines: [
      'filter msg = "access" and ispresent(ttft_ms)',
      'stats pct(ttft_ms, 50) as p50, pct(ttft_ms, 95) as p95, max(ttft_ms) as longest, count(*) as requests by alias, provider',
      'sort p95 desc',
      'limit 50',
    ],
  },
  {
    // The names of all errors with a broken provider stream begin like this.
    name: 'broken streams by provider',
    lines: [
      'filter msg = "access" and ispresent(committed_ms)',
      'fields 100 * strcontains(outcome, "upstream_") as broken',
      'stats avg(broken) as percent, count(*) as streams, max(max_gap_ms) as longest_silence_ms by provider, upstream_model',
      'sort percent desc',
      'limit 50',
    ],
  },
  {
    name: 'top errors',
    lines: [
      'filter msg = "access" and outcome != "ok"',
      'stats count(*) as requests, latest(error) as last_words, latest(request_id) as for_instance by outcome, provider, status',
      'sort requests desc',
      'limit 50',
    ],
  },
  {
    name: 'slow overhead',
    lines: [
      'filter msg = "access" and overhead_ms > 50',
      'fields @timestamp, overhead_ms, cold_start, bytes_in, key_id, dialect, request_id',
      'sort overhead_ms desc',
      'limit 50',
    ],
  },
] as const satisfies readonly SavedQuery[];

/** The name of one of the queries. */
export type QueryName = (typeof savedQueries)[number]['name'];

/** The lines of a query. */
export function queryLines(name: QueryName): string[] {
  return [...(savedQueries.find((query) => query.name === name)?.lines ?? [])];
}

export interface QueriesProps {
  /** Their folder in the AWS console. */
  readonly folder: string;
  readonly functions: readonly DeployedFunction[];
}

/** The saved queries, over the log groups of all functions. */
export class Queries extends Construct {
  constructor(scope: Construct, id: string, { folder, functions }: QueriesProps) {
    super(scope, id);
    for (const { name, lines } of savedQueries) {
      // The higher-level construct only supports a fixed order of commands.
      new CfnQueryDefinition(this, name.replaceAll(' ', '-'), {
        name: `${folder}/${name}`,
        queryString: lines.join('\n| '),
        logGroupNames: functions.map(({ logGroup }) => logGroup.logGroupName),
      });
    }
  }
}
