import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { beforeAll, describe, expect, test } from 'vitest';
import { alarmTable } from '../../infra/alarm-table.ts';
import { alarmTopic } from '../../infra/alarm-topic.ts';
import { Alarms } from '../../infra/alarms.ts';
import { Dashboard } from '../../infra/dashboard.ts';
import { Queries, savedQueries } from '../../infra/queries.ts';
import { checkConfig } from '../../lib/config/load-config.ts';
import type { ConfigInput } from '../../lib/config/schema.ts';
import { SluiceError } from '../../lib/stream/errors.ts';
import { accessFields } from '../../lib/telemetry/access-log.ts';
import { type Metric, metrics } from '../../lib/telemetry/metrics.ts';
import { summarizeRequest } from '../../lib/telemetry/request-summary.ts';

/** What a stack of these functions has to be watched by. */
function template(input: ConfigInput = {}, reservedConcurrency: number | false = 50, names = ['openai', 'anthropic']): Template {
  const config = checkConfig(input, 'the test');
  const stack = new Stack(new App(), config.stack.name);
  const functions = names.map((name) => {
    const logGroup = new LogGroup(stack, `${name}Log`);
    const code = Code.fromInline('exports.handler = () => {}');
    const one = new LambdaFunction(stack, name, { runtime: Runtime.NODEJS_24_X, handler: 'index.handler', code, logGroup });
    return { name, function: one, callable: { arn: one.functionArn, actions: [] }, logGroup, reservedConcurrency };
  });
  const topic = alarmTopic(stack, config.stack);
  const { alarms } = new Alarms(stack, 'Alarms', { config, functions, topic });
  new Dashboard(stack, 'Dashboard', { config, functions, alarms, baseUrls: [{ name: 'openai', url: 'https://a.example/v1' }] });
  new Queries(stack, 'Queries', { folder: config.stack.name, functions });
  return Template.fromStack(stack);
}

type Alarm = Record<string, unknown> & { AlarmName: string; AlarmDescription: string; Metrics?: Record<string, unknown>[] };

function alarmsIn(made: Template): Alarm[] {
  return Object.values(made.findResources('AWS::CloudWatch::Alarm')).map(({ Properties }) => Properties as Alarm);
}

let made: Template;
// The first template loads most of the CDK.
beforeAll(() => {
  made = template();
}, 120_000);

describe('the alarms of a stack', () => {
  test('are one per row for all functions, and one per function for the others', () => {
    const names = alarmsIn(made).map(({ AlarmName }) => AlarmName);
    const rows = alarmTable.filter(({ watch }) => watch.from !== 'web');
    const expected = rows.flatMap(({ name, watch }) =>
      watch.from === 'sluice' ? [`sluice-${name}`] : [`sluice-${name}-openai`, `sluice-${name}-anthropic`],
    );
    expect(alarmTable.length).toBeGreaterThanOrEqual(10);
    expect(names.sort()).toEqual(expected.sort());
  });

  test('stay quiet without data, and say what to do', () => {
    for (const alarm of alarmsIn(made)) {
      expect(alarm, alarm.AlarmName).toMatchObject({
        TreatMissingData: 'notBreaching',
        ComparisonOperator: 'GreaterThanThreshold',
        Threshold: expect.any(Number),
      });
      expect(alarm.AlarmDescription).toMatch(/\n\nWhat to do: \S/);
      // CloudWatch takes no more.
      expect(alarm.AlarmDescription.length).toBeLessThanOrEqual(1024);
    }
  });

  test('use their own metrics across all functions, in the stack’s namespace', () => {
    made.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: 'sluice-streams-cut',
      Threshold: 1,
      Metrics: Match.arrayWith([
        Match.objectLike({ Expression: 'IF(part >= 3, 100 * part / whole, 0)' }),
        Match.objectLike({
          Id: 'part',
          ReturnData: false,
          MetricStat: { Metric: { Namespace: 'Sluice', MetricName: 'StreamsCut' }, Period: 300, Stat: 'Sum' },
        }),
        Match.objectLike({
          Id: 'whole',
          MetricStat: Match.objectLike({ Metric: { Namespace: 'Sluice', MetricName: 'Streams' } }),
        }),
      ]),
    });
    made.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: 'sluice-gateway-failed',
      Namespace: 'Sluice',
      MetricName: 'Errors',
      Dimensions: [{ Name: 'outcome', Value: 'gateway_error' }],
    });
    made.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: 'sluice-lambda-throttled-openai',
      Namespace: 'AWS/Lambda',
      MetricName: 'Throttles',
      Dimensions: [{ Name: 'FunctionName', Value: { Ref: Match.stringLikeRegexp('^openai') } }],
    });
    template({ stack: { name: 'staging' } }).hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: 'staging-deadline-hit',
      Namespace: 'Sluice/staging',
    });
  });

  test('have thresholds derived from the configuration', () => {
    const threshold = (of: Template, name: string) => alarmsIn(of).find(({ AlarmName }) => AlarmName === name)?.Threshold;
    expect(threshold(made, 'sluice-concurrency-high-openai')).toBe(40);
    expect(threshold(template({}, false), 'sluice-concurrency-high-openai')).toBeUndefined();
    expect(threshold(made, 'sluice-spend')).toBe(10);
    expect(threshold(template({ stack: { monthlyBudget: 730 } }), 'sluice-spend')).toBe(3);
  });

  test('notify the configured address or topic, and CloudWatch may publish to it', () => {
    for (const { AlarmActions } of alarmsIn(made)) expect(AlarmActions).toBeUndefined();
    const mailed = template({ stack: { alarmEmail: 'ops@example.com' } });
    for (const { AlarmActions } of alarmsIn(mailed))
      expect(AlarmActions).toEqual([{ Ref: expect.stringMatching(/^AlarmTopic/) }]);
    mailed.hasResourceProperties('AWS::SNS::Subscription', { Protocol: 'email', Endpoint: 'ops@example.com' });
    mailed.hasResourceProperties('AWS::SNS::TopicPolicy', {
      PolicyDocument: Match.objectLike({
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
          Match.objectLike({
            Effect: 'Allow',
            Action: 'sns:Publish',
            Principal: { Service: 'cloudwatch.amazonaws.com' },
            Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
          }),
        ]),
      }),
    });
    const arn = 'arn:aws:sns:eu-west-1:123456789012:pager';
    const paged = template({ stack: { alarmTopic: arn } });
    for (const { AlarmActions } of alarmsIn(paged)) expect(AlarmActions).toEqual([arn]);
    paged.resourceCountIs('AWS::SNS::Topic', 0);
  });

  test('name only existing saved queries', () => {
    const quoted = alarmTable.flatMap(({ remedy }) => [...remedy.matchAll(/query "([^"]+)"/g)].map(([, name]) => name));
    expect(quoted.length).toBeGreaterThan(3);
    for (const name of quoted) expect(savedQueries.map((query) => query.name)).toContain(name);
  });
});

describe('the saved queries', () => {
  test('cover the log groups of all functions', () => {
    made.resourceCountIs('AWS::Logs::QueryDefinition', savedQueries.length);
    made.hasResourceProperties('AWS::Logs::QueryDefinition', {
      Name: 'sluice/cost by key',
      LogGroupNames: [{ Ref: Match.stringLikeRegexp('^openaiLog') }, { Ref: Match.stringLikeRegexp('^anthropicLog') }],
      QueryString: Match.stringLikeRegexp('^filter msg = "access".*\\n\\| stats sum\\(cost_usd\\)'),
    });
  });

  test('use only fields of the access log', () => {
    const request = { requestId: 'r', route: '/', dialect: 'd', startedAt: 0, endedAt: 1, status: 200, ids: {} };
    const written = { bytes: 1, frames: 1, heartbeats: 0, longestGapMs: 1 };
    const error = new SluiceError('gateway_error', 'A failure.');
    const fields = new Set([
      ...Object.keys(accessFields(summarizeRequest({ ...request, answerState: { attempts: [], written, usage: {} } }, true))),
      ...Object.keys(accessFields(summarizeRequest({ ...request, error }, true))),
    ]);
    for (const { name, lines } of savedQueries) {
      const own = lines.flatMap((line) => [...line.matchAll(/ as (\w+)/g)].map(([, alias]) => alias));
      const words =
        lines
          .join(' ')
          .replaceAll(/"[^"]*"/g, '')
          .match(/(?<!@)\b[a-z]+(_[a-z]+)+\b|\b(outcome|alias|provider|error)\b/g) ?? [];
      for (const word of words) expect([...fields, ...own], name).toContain(word);
    }
  });
});

describe('the dashboard', () => {
  const bodyOf = (of: Template) => {
    const [dashboard] = Object.values(of.findResources('AWS::CloudWatch::Dashboard'));
    return JSON.stringify(dashboard?.Properties.DashboardBody);
  };

  test('shows base URLs, alarms, and what each row means', () => {
    const body = bodyOf(made);
    for (const text of ['https://a.example/v1', '## Traffic', '## Speed', '## Failures', '## Tokens and cost', '## Lambda'])
      expect(body).toContain(text);
    expect(body).toContain('"type\\":\\"alarm');
    expect(body).toContain('stats sum(cost_usd)');
  });

  test('has a Bedrock row only if Bedrock is used', () => {
    expect(bodyOf(made)).not.toContain('AWS/Bedrock');
    expect(bodyOf(template({ providers: { bedrock: { region: 'eu-west-1' } } }))).toContain('AWS/Bedrock');
    const model = 'bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0';
    expect(bodyOf(template({ models: { claude: { targets: [model] } } }))).toContain('AWS/Bedrock');
  });

  test('searches each metric by one of its dimensions', () => {
    const searches = [...bodyOf(made).matchAll(/\{\\*"Sluice\\*",\\*"(\w+)\\*"\} MetricName=\\*"([\w.]+)\\*"/g)];
    expect(searches.length).toBeGreaterThan(5);
    const table = new Map<string, Metric>(metrics.map((metric) => [metric.name, metric]));
    for (const [, dimension, name = ''] of searches) expect(table.get(name)?.by, name).toContain(dimension);
  });
});
