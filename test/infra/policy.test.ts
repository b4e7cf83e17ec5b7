import { describe, expect, test } from 'vitest';
import type { ConfigInput } from '../../lib/config/schema.ts';
import { stackTemplate } from '../support/stack-template.ts';

/** Making a template takes seconds; a busy machine takes many. */
const patience = 120_000;

/** Every statement that any role of the stack has, less those that say the same of another function. */
function statements(input: ConfigInput): Statement[] {
  const { ofType } = stackTemplate({ ...input, stack: { region: 'us-east-1', ...input.stack } });
  const policies = [...ofType('AWS::IAM::Policy'), ...ofType('AWS::IAM::ManagedPolicy')];
  const all = policies.flatMap(({ Properties }) => (Properties.PolicyDocument as { Statement: Statement[] }).Statement);
  const shown = all.filter(({ Action }) => !String(Action).startsWith('logs:'));
  return [...new Map(shown.map((statement) => [JSON.stringify(statement), statement])).values()];
}

interface Statement {
  readonly Action: string | string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

const claude = 'anthropic.claude-haiku-4-5-20251001-v1:0';

const configurations: Record<string, ConfigInput> = {
  'one provider with a key': { models: { fast: 'openai/gpt-4o-mini' } },
  'the same, with its secret named': {
    providers: { openai: { key: { secret: 'team/openai' } } },
    models: { fast: 'openai/gpt-4o-mini' },
  },
  'a model of Bedrock': { models: { fast: 'bedrock/amazon.nova-lite-v1:0' } },
  'a profile in its place': { models: { fast: `bedrock/us.${claude}` } },
  'a global profile, and a second region': {
    providers: { 'bedrock-tokyo': { kind: 'bedrock', region: 'ap-northeast-1' } },
    models: { fast: { targets: [`bedrock/global.${claude}`, `bedrock-tokyo/jp.${claude}`] } },
  },
  'subscriptions to models': {
    models: { fast: `bedrock/us.${claude}` },
    stack: { modelSubscriptions: true },
  },
  'subscriptions, but no model of Bedrock': {
    models: { fast: 'openai/gpt-4o-mini' },
    stack: { modelSubscriptions: true },
  },
  'client keys in a table': { models: { fast: 'openai/gpt-4o-mini' }, keys: { store: 'dynamodb' } },
  'limits in a table': { models: { fast: 'openai/gpt-4o-mini' }, limits: { store: 'dynamodb' } },
};

describe('what the functions may do', () => {
  for (const [name, config] of Object.entries(configurations)) {
    test(`with ${name}`, { timeout: patience }, () => {
      expect(statements(config)).toMatchSnapshot();
    });
  }

  test('have no wildcard but the region of models that are reached through a named profile', { timeout: patience }, () => {
    const whole: ConfigInput = {
      providers: Object.assign({}, ...Object.values(configurations).map(({ providers }) => providers ?? {})),
      models: Object.fromEntries(
        Object.values(configurations).flatMap(({ models = {} }, index) =>
          Object.values(models).map((model) => [`model-${index}`, model] as const),
        ),
      ),
      limits: { store: 'dynamodb' },
      stack: { cloudFront: true, alarmEmail: 'ops@example.com', monthlyBudget: 100 },
    };
    for (const { Action, Resource, Condition } of statements(whole)) {
      expect(JSON.stringify(Action)).not.toContain('*');
      const throughProfile = JSON.stringify(Condition ?? '').includes('bedrock:InferenceProfileArn');
      const resources = JSON.stringify(Resource);
      expect(throughProfile ? resources.replaceAll(':bedrock:*::foundation-model/', '') : resources).not.toContain('*');
    }
  });

  test('pass the same checks if the partition is only known to CloudFormation', { timeout: patience }, () => {
    const { text } = stackTemplate({ models: { fast: `bedrock/us.${claude}` } });
    expect(text).toContain(`:bedrock:*::foundation-model/${claude}`);
  });

  test('are split into several policies if the models don’t fit into one', { timeout: patience }, () => {
    const models = Object.fromEntries(
      Array.from({ length: 20 }, (_, index) => [`m${index}`, `bedrock/eu.anthropic.claude-${index}`]),
    );
    const granted = JSON.stringify(statements({ models, stack: { region: 'eu-west-1' } }));
    for (let index = 0; index < 20; index++) expect(granted).toContain(`foundation-model/anthropic.claude-${index}"`);
  });
});
