import { describe, expect, test } from 'vitest';
import { checkDeployable } from '../../infra/check-deployable.ts';
import { adviceFor } from '../../infra/deploy-advice.ts';
import { checkConfig } from '../../lib/config/load-config.ts';
import type { ConfigInput } from '../../lib/config/schema.ts';

const keys = [{ id: 'app', sha256: '0'.repeat(64) }];
const check = (input: ConfigInput, region?: string) => checkDeployable(checkConfig(input, 'test.json'), region, 'test.json');

const webAcl = 'arn:aws:wafv2:us-east-1:111122223333:global/webacl/corporate/0a1b2c3d';

describe('a configuration for deployment', () => {
  test('is valid with a key', () => {
    expect(() => check({ keys })).not.toThrow();
  });

  test('is rejected without a key, with the command that creates one', () => {
    expect(() => check({})).toThrow(/^test\.json: keys: .*npm run keys -- create/);
  });

  test('needs no key if AWS authenticates, except with a Web Function', () => {
    expect(() => check({ stack: { auth: 'iam' } })).not.toThrow();
    expect(() => check({ stack: { auth: 'iam', webFunctions: true } })).toThrow(/npm run keys -- create/);
  });

  test.each<[name: string, part: ConfigInput]>([
    ['console', { console: true }],
    ['cors', { cors: ['https://app.example'] }],
  ])('allows nothing for browsers if AWS requires signatures: %s', (name, part) => {
    expect(() => check({ keys, ...part })).not.toThrow();
    expect(() => check({ keys, ...part, stack: { auth: 'iam' } })).toThrow(`test.json: ${name}: expected no browser access`);
  });

  test.each<[how: string, part: ConfigInput, provider: string]>([
    ['by its own address', { providers: { lab: { kind: 'openai-compatible', baseUrl: 'http://127.0.0.1:9000/v1' } } }, 'lab'],
    ['by its known address', { providers: { vllm: {} } }, 'vllm'],
    ['as a target alone', { models: { small: 'ollama/llama3.2' } }, 'ollama'],
  ])('has no provider on the laptop: %s', (_, part, provider) => {
    expect(() => check({ keys, ...part })).toThrow(
      `test.json: providers.${provider}.baseUrl: expected an address that AWS can reach, found 127.0.0.1`,
    );
  });

  test.each([
    ['eu-west-1', 'one in eu-west-1'],
    [undefined, 'an unknown region'],
  ])('can create a web ACL only in us-east-1, not in %s', (region, found) => {
    expect(() => check({ keys, stack: { cloudFront: true } }, region)).toThrow(`found ${found}. Set stack.region to "us-east-1"`);
  });

  test('can create one in us-east-1, and accepts an existing one in any region', () => {
    expect(() => check({ keys, stack: { cloudFront: true } }, 'us-east-1')).not.toThrow();
    expect(() => check({ keys, stack: { cloudFront: { webAcl } } }, 'eu-west-1')).not.toThrow();
  });

  test.each<[name: string, stack: ConfigInput['stack'], region: string, error: string | undefined]>([
    ['a distribution', { domain: { name: 'a.example', hostedZone: 'Z0' } }, 'us-east-1', 'expected stack.cloudFront'],
    [
      'a certificate or a zone',
      { cloudFront: true, domain: { name: 'a.example' } },
      'us-east-1',
      'expected certificateArn or hostedZone',
    ],
    ['a zone in us-east-1', { cloudFront: true, domain: { name: 'a.example', hostedZone: 'Z0' } }, 'us-east-1', undefined],
    [
      'a certificate elsewhere',
      { cloudFront: { webAcl }, domain: { name: 'a.example', hostedZone: 'Z0' } },
      'eu-west-1',
      'stack.domain.certificateArn: expected the ARN of a certificate in us-east-1',
    ],
  ])('needs, for a host name of its own, %s', (_, stack, region, error) => {
    const checking = () => check({ keys, stack }, region);
    if (error === undefined) expect(checking).not.toThrow();
    else expect(checking).toThrow(error);
  });

  test('gets all errors at once', () => {
    const stack = { auth: 'iam', cloudFront: true, monthlyBudget: 10 } as const;
    const line = /^test\.json: stack\.(cloudFront|monthlyBudget): expected .+, found .+\. .+$/;
    try {
      check({ stack }, 'us-east-1');
      expect.unreachable();
    } catch (thrown) {
      const lines = (thrown as Error).message.split('\n');
      expect(lines).toHaveLength(2);
      for (const one of lines) expect(one).toMatch(line);
    }
  });
});

describe('the output after the CDK', () => {
  const empty = checkConfig({}, 'test.json');

  test.each([
    [
      'Unable to resolve AWS account to use. It must be either configured when you define your CDK Stack',
      'no working AWS credentials',
    ],
    ['Need to perform AWS calls for account 111122223333, but no credentials have been configured', 'no working AWS credentials'],
    [
      'SSM parameter /cdk-bootstrap/hnb659fds/version not found. Has the environment been bootstrapped?',
      'npm run deploy -- bootstrap',
    ],
    [
      "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value",
      'stack.reservedConcurrency to false',
    ],
    ['The operation failed because the secret sluice/openai already exists.', "key: { secret: '<stack>/openai' }"],
    [
      "You can't create this secret because a secret with this name is already scheduled for deletion.",
      'aws secretsmanager restore-secret',
    ],
    ['but terminal (TTY) is not attached so we are unable to get a confirmation from the user', 'destroy --force'],
  ])('%s', (said, advice) => {
    expect(adviceFor('deploy', 1, `Something before.\n${said}\nSomething after.`, empty)).toContain(advice);
  });

  test('is empty if there is nothing to add', () => {
    expect(adviceFor('deploy', 0, 'Unable to resolve AWS account', empty)).toBeUndefined();
    expect(adviceFor('deploy', 1, 'the disk is full', empty)).toBeUndefined();
  });

  test('explains the commands for secrets, which the CDK prints without their descriptions', () => {
    const output = 'Outputs:\nsluice.PutSecretSluiceOpenai = aws secretsmanager put-secret-value …';
    expect(adviceFor('deploy', 0, output, empty)).toContain('Ctrl-D');
  });

  test('lists what remains after a teardown, and how to use or delete it', () => {
    const config = checkConfig(
      {
        providers: { openai: {}, groq: { key: { secret: 'team/groq' } } },
        models: { a: 'openai/x' },
        keys: { store: 'dynamodb' },
        stack: { region: 'eu-west-1' },
      },
      'test.json',
    );
    const advice = adviceFor('destroy', 0, '', config);
    expect(advice).toContain(`providers: { "openai": { key: { secret: 'sluice/openai' } } }`);
    expect(advice).toContain('aws secretsmanager delete-secret --region eu-west-1 --secret-id sluice/openai');
    expect(advice).toContain('client keys');
    // The stack didn't create it.
    expect(advice).not.toContain('team/groq');
    expect(adviceFor('destroy', 0, '', empty)).toBeUndefined();
  });
});
