import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ConfigInput } from '../../lib/config/schema.ts';
import { type EmulatedLambda, startLambda } from '../../lib/emulator/lambda/start.ts';
import { type Emulator, startEmulator } from '../../lib/emulator/start.ts';
import { pythonTools } from '../support/aws-double/python-tools.ts';
import { type AwsDouble, type Ran, startAwsDouble } from '../support/aws-double/start.ts';
import { isFull } from '../support/extent.ts';

const tools = isFull ? pythonTools() : { missing: 'it runs with npm run test:full' };
if ('missing' in tools) console.log(`skipped: the deployment into an AWS double, because ${tools.missing}`);

const patience = { timeout: 300_000 };
const folder = mkdtempSync(join(tmpdir(), 'sluice-deployment-'));
const started: EmulatedLambda[] = [];
let aws: AwsDouble;
let provider: Emulator;
let clientKey = '';

afterAll(async () => {
  await Promise.all(started.map((lambda) => lambda.close()));
  await provider?.close();
  aws?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs `npm run <name> -- …` with a configuration. */
function npm(name: string, args: string, config: ConfigInput): Ran {
  const file = join(folder, 'config.json');
  writeFileSync(file, JSON.stringify(config));
  return aws.shell(`"${process.execPath}" tools/${name}.ts ${args}`, { SLUICE_CONFIG: file });
}

function expectSuccess({ code, output }: Ran): void {
  expect(code, output).toBe(0);
}

/** The value of an output, as the CDK prints it. */
function printed(output: string, name: string): string {
  const [, value] = new RegExp(`\\.${name} = (.+)`).exec(output) ?? [];
  if (value === undefined) throw new Error(`The deployment prints no ${name}:\n${output}`);
  return value;
}

/** Runs what the URL of a function points to, under the runtime client, in a new environment. */
async function start(name: string): Promise<EmulatedLambda> {
  const of = ['--function-name', name, '--qualifier', 'live'];
  const settings = aws.aws('lambda', 'get-function-configuration', ...of) as {
    MemorySize: number;
    Environment?: { Variables: Record<string, string> };
  };
  const lambda = await startLambda({
    name,
    folder: aws.unpack(name, 'live'),
    memory: settings.MemorySize,
    environment: { ...(settings.Environment?.Variables ?? {}), ...credentials() },
  });
  started.push(lambda);
  return lambda;
}

function credentials(): Record<string, string> {
  const { AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '', AWS_ENDPOINT_URL = '' } = aws.environment;
  return { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_ENDPOINT_URL };
}

function chat({ url }: EmulatedLambda, model = 'fast', key = clientKey): Promise<Response> {
  return fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify({ model, stream: true, messages: [{ role: 'user', content: 'Say hello' }] }),
  });
}

const aliasOf = (name: string) => aws.aws('lambda', 'get-alias', '--function-name', name, '--name', 'live').FunctionVersion;

function config(more: Partial<ConfigInput> = {}): ConfigInput {
  return {
    // 0.0.0.0 is this machine. `npm run deploy` refuses 127.0.0.1, which a real function could not reach.
    providers: { openai: { baseUrl: provider.openaiUrl.replace('127.0.0.1', '0.0.0.0') } },
    models: { fast: 'openai/echo', slow: 'openai/slow' },
    keys: { store: 'dynamodb' },
    limits: { store: 'dynamodb' },
    ...more,
    stack: { region: 'us-east-1', alarmEmail: 'ops@example.com', monthlyBudget: 100, ...more.stack },
  };
}

describe.skipIf('missing' in tools)('a deployment, from an empty account to an empty one', () => {
  let output: string;

  beforeAll(async () => {
    aws = await startAwsDouble('bin' in tools ? tools.bin : '');
    provider = await startEmulator({ paceMs: 20 });
  }, 60_000);

  test('refuses a property that its service does not know, as CloudFormation does', patience, () => {
    const Properties = { AlarmName: 'odd', ComparisonOperator: 'GreaterThanThreshold', EvaluationPeriods: 1, Treshold: 1 };
    const template = JSON.stringify({ Resources: { Odd: { Type: 'AWS::CloudWatch::Alarm', Properties } } });
    const odd = ['--stack-name', 'odd', '--change-set-name', 'odd'];
    aws.aws('cloudformation', 'create-change-set', ...odd, '--change-set-type', 'CREATE', '--template-body', template);
    aws.aws('cloudformation', 'execute-change-set', ...odd);
    const { StackEvents } = aws.aws('cloudformation', 'describe-stack-events', '--stack-name', 'odd');
    expect(JSON.stringify(StackEvents)).toContain('Unknown parameter in input: \\"Treshold\\"');
    const { Stacks } = aws.aws('cloudformation', 'describe-stacks', '--stack-name', 'odd');
    expect(Stacks).toMatchObject([{ StackStatus: 'ROLLBACK_COMPLETE' }]);
  });

  test('stops in an account that is not bootstrapped, and prints the command', patience, () => {
    const deployed = npm('deploy', '', config());
    expect(deployed.code).not.toBe(0);
    expect(deployed.output).toContain('npm run deploy -- bootstrap');
  });

  test('works after the bootstrap, and prints a base URL for each family of clients', patience, () => {
    expectSuccess(npm('deploy', 'bootstrap', config()));
    const deployed = npm('deploy', '', config());
    expectSuccess(deployed);
    ({ output } = deployed);
    for (const name of ['OpenaiBaseUrl', 'AnthropicBaseUrl', 'BedrockEndpoint']) {
      expect(printed(output, name)).toMatch(/^https:\/\/\w+\.lambda-url\.us-east-1\.on\.aws(\/v1)?$/);
    }
  });

  test('answers a client that has a key of the table with the key of the secret', patience, async () => {
    const created = npm('keys', 'create app', config());
    expectSuccess(created);
    clientKey = created.stdout.trim().split('\n').at(-1) ?? '';
    const lambda = await start('sluice-openai');
    const before = await chat(lambda);
    expect(before.status).toBe(503);

    const stored = aws.shell(`echo provider-key-of-the-secret | ${printed(output, 'PutSecretSluiceOpenai')}`);
    expectSuccess(stored);
    const fresh = await start('sluice-openai');
    const answer = await chat(fresh);
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('data: [DONE]');
    expect(provider.log.at(-1)?.headers.authorization).toBe('Bearer provider-key-of-the-secret');
    expect((await chat(fresh, 'fast', 'sl-unknown')).status).toBe(401);
  });

  test('refuses a revoked key, while a stream that runs continues to its end', patience, async () => {
    const lambda = await start('sluice-openai');
    const running = await chat(lambda, 'slow');
    expect(running.status).toBe(200);
    expectSuccess(npm('keys', 'revoke app', config()));
    expect((await chat(await start('sluice-openai'))).status).toBe(401);
    expect(await running.text()).toContain('data: [DONE]');
    const created = npm('keys', 'create second', config());
    clientKey = created.stdout.trim().split('\n').at(-1) ?? '';
    expect((await chat(await start('sluice-openai'))).status).toBe(200);
  });

  test('is stopped and resumed by the printed commands', patience, () => {
    const reserved = () =>
      aws.aws('lambda', 'get-function-concurrency', '--function-name', 'sluice-openai').ReservedConcurrentExecutions;
    expectSuccess(aws.shell(printed(output, 'EmergencyStopOpenai')));
    expect(reserved()).toBe(0);
    expectSuccess(aws.shell(printed(output, 'ResumeOpenai')));
    expect(reserved()).toBeUndefined();
  });

  test('moves the URLs to a new version when something changes, and back with a rollback', patience, async () => {
    const changed = config({ models: { fast: 'openai/echo', other: 'openai/echo' }, stack: { memory: 1024 } });
    const difference = npm('deploy', 'diff --method template', changed);
    expectSuccess(difference);
    expect(difference.output).toMatch(/MemorySize.*?\[-\] 512.*?\[\+\] 1024/s);
    expectSuccess(npm('deploy', '', changed));
    expect(aliasOf('sluice-openai')).toBe('2');
    expect((await chat(await start('sluice-openai'), 'other')).status).toBe(200);

    const back = npm('deploy', 'rollback', changed);
    expectSuccess(back);
    expect(back.output).toContain('sluice-openai: version 2 -> 1');
    expect(['sluice-openai', 'sluice-anthropic', 'sluice-bedrock'].map(aliasOf)).toEqual(['1', '1', '1']);
    const earlier = await start('sluice-openai');
    expect((await chat(earlier, 'other')).status).toBe(404);
    expect((await chat(earlier, 'fast')).status).toBe(200);
    const none = npm('deploy', 'rollback', changed);
    expect(none.code).not.toBe(0);
    expect(none.output).toContain('has no version before 1');

    expectSuccess(npm('deploy', '', config({ models: { fast: 'openai/echo', third: 'openai/echo' } })));
    expect(aliasOf('sluice-openai')).toBe('3');
    expect((await chat(await start('sluice-openai'), 'third')).status).toBe(200);
  });

  test('changes nothing when a change fails, and says what to do', patience, () => {
    aws.aws('secretsmanager', 'create-secret', '--name', 'sluice/anthropic');
    const failed = npm('deploy', '', config({ models: { fast: 'openai/echo', claude: 'anthropic/echo' } }));
    expect(failed.code).not.toBe(0);
    expect(failed.output).toContain("key: { secret: '<stack>/openai' }");
    expect(aliasOf('sluice-openai')).toBe('3');
    const { Stacks } = aws.aws('cloudformation', 'describe-stacks', '--stack-name', 'sluice') as { Stacks: unknown[] };
    expect(Stacks).toMatchObject([{ StackStatus: 'UPDATE_ROLLBACK_COMPLETE' }]);
    aws.aws('secretsmanager', 'delete-secret', '--secret-id', 'sluice/anthropic', '--force-delete-without-recovery');
  });

  test('stands beside a second stack in the same account', patience, () => {
    const second = config({ stack: { name: 'sluice-staging' } });
    expectSuccess(npm('deploy', '', second));
    const { SecretList } = aws.aws('secretsmanager', 'list-secrets') as { SecretList: { Name: string }[] };
    expect(SecretList.map(({ Name }) => Name).sort()).toEqual(['sluice-staging/openai', 'sluice/openai']);
    expect(npm('keys', 'list', second).output).not.toContain('second');
    expectSuccess(npm('deploy', 'destroy --force', second));
    expect(aliasOf('sluice-openai')).toBe('3');
  });

  test('leaves nothing but the secrets and the table of keys when it is destroyed', patience, () => {
    const destroyed = npm('deploy', 'destroy --force', config());
    expectSuccess(destroyed);
    expect(destroyed.output).toContain('aws secretsmanager delete-secret');
    const { Functions } = aws.aws('lambda', 'list-functions') as { Functions: unknown[] };
    expect(Functions).toEqual([]);
    const { MetricAlarms } = aws.aws('cloudwatch', 'describe-alarms') as { MetricAlarms: unknown[] };
    expect(MetricAlarms).toEqual([]);
    const { SecretList } = aws.aws('secretsmanager', 'list-secrets') as { SecretList: { Name: string }[] };
    expect(SecretList.map(({ Name }) => Name)).toContain('sluice/openai');
    const { TableNames } = aws.aws('dynamodb', 'list-tables') as { TableNames: string[] };
    expect(TableNames).toHaveLength(2);
  });

  test('can use its old secret in a new deployment, as the output of the teardown says', patience, async () => {
    const again = npm('deploy', '', config());
    expect(again.code).not.toBe(0);
    expect(again.output).toContain("key: { secret: '<stack>/openai' }");
    const { baseUrl } = config().providers?.openai ?? {};
    const named = config({ providers: { openai: { ...(baseUrl && { baseUrl }), key: { secret: 'sluice/openai' } } } });
    expectSuccess(npm('deploy', '', named));
    clientKey = npm('keys', 'create third', named).stdout.trim().split('\n').at(-1) ?? '';
    expect((await chat(await start('sluice-openai'))).status).toBe(200);
    expectSuccess(npm('deploy', 'destroy --force', named));
  });
});
