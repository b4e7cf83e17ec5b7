import type { ConfigInput } from '../../lib/config/schema.ts';

const models = { fast: 'openai/gpt-4o-mini' };
const region = 'us-east-1';
const domain = {
  name: 'llm.example.com',
  certificateArn: 'arn:aws:acm:us-east-1:111122223333:certificate/0a1b2c3d',
  hostedZone: 'Z0123456789ABC',
};

/** The configuration that the others differ from. */
export const usual: ConfigInput = { models, stack: { region } };

/** Configurations that differ in what the stack consists of. */
export const configurations: Readonly<Record<string, ConfigInput>> = {
  'without a known region': { models },
  'with models of Bedrock': {
    models: { ...models, nova: 'bedrock/amazon.nova-lite-v1:0', claude: 'bedrock/us.anthropic.claude-haiku-4-5-20251001-v1:0' },
    stack: { region },
  },
  'with everything in the table': {
    models,
    keys: { store: 'dynamodb' },
    limits: { store: 'dynamodb' },
    streams: { store: 'dynamodb', durability: 'standard' },
    stack: { region },
  },
  'with the console': { models, console: true, stack: { region } },
  'with alarms by email and a budget': { models, stack: { region, alarmEmail: 'ops@example.com', monthlyBudget: 100 } },
  'with reserved concurrency': { models, stack: { region, reservedConcurrency: 20 } },
  'with a gradual shift': { models, stack: { region, shift: 'canary' } },
  'with AWS signatures': { models, keys: [], stack: { region, auth: 'iam' } },
  'behind CloudFront': { models, stack: { region, cloudFront: true } },
  'behind CloudFront, with a host name': { models, console: true, stack: { region, cloudFront: true, domain } },
  'with Web Functions': { models, stack: { region, webFunctions: { rateLimit: 100, maxEnvironments: 5 } } },
  'with Web Functions behind CloudFront': { models, stack: { region, webFunctions: true, cloudFront: true } },
};
