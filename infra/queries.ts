import { CfnQueryDefinition } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { DeployedFunction } from './deployed-function.ts';

/** A question to the access log, in the words of CloudWatch Logs Insights. */
export interface SavedQuery {
  readonly name: string;
  /** One command a line. */
  readonly lines: readonly string[];
}

/** By name as alarms quote them. A JSON field that a line does not have is missing, and counts as nothing. */
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
    // Every kind of failure in which a provider breaks off has a name that begins so.
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
  /** The folder in which the console shows them. */
  readonly folder: string;
  readonly functions: readonly DeployedFunction[];
}

/** The saved queries, over the log groups of all functions. */
export class Queries extends Construct {
  constructor(scope: Construct, id: string, { folder, functions }: QueriesProps) {
    super(scope, id);
    for (const { name, lines } of savedQueries) {
      // The construct above this one knows a fixed order of commands only.
      new CfnQueryDefinition(this, name.replaceAll(' ', '-'), {
        name: `${folder}/${name}`,
        queryString: lines.join('\n| '),
        logGroupNames: functions.map(({ logGroup }) => logGroup.logGroupName),
      });
    }
  }
}
