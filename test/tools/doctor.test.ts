import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createSocketServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { credentials } from '../../lib/emulator/credentials.ts';
import { startSecretsManager } from '../../lib/emulator/secrets-manager.ts';
import { startEmulator } from '../../lib/emulator/start.ts';
import { examinationReport, examine } from '../../tools/doctor/examine.ts';
import { startAwsDouble } from './aws-double.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-doctor-'));
const running: (() => unknown)[] = [() => rmSync(folder, { recursive: true })];
afterAll(() => Promise.all(running.map((stop) => stop())));

/** Nothing listens there. */
const nowhere = 'http://127.0.0.1:9';

/** The embedded credentials and dead ends for AWS, so the test neither finds nor calls anything real. */
const aws = {
  AWS_ACCESS_KEY_ID: credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  AWS_REGION: 'us-east-1',
  AWS_ENDPOINT_URL: nowhere,
};

/** The doctor's output for this configuration. */
async function doctor(config: unknown, environment: Record<string, string> = {}, limitMs = 5_000): Promise<string> {
  const file = join(folder, `${crypto.randomUUID()}.json`);
  writeFileSync(file, JSON.stringify(config));
  const examined = await examine({ PORT: '0', ...aws, ...environment }, file, limitMs);
  return examinationReport(examined).replaceAll(file, 'FILE');
}

async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  running.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const key = 'canary-key-3e9a71d0';

describe('a provider', () => {
  const lab = (baseUrl: string, kind = 'openai-compatible') => ({
    providers: { lab: { kind, baseUrl, key: { env: 'LAB_KEY' } } },
  });
  /** The lines of the section on providers. */
  const of = async (
    baseUrl: string,
    { kind, limitMs, ...environment }: { kind?: string; limitMs?: number; LAB_KEY?: string } = {},
  ) => {
    const report = await doctor(lab(baseUrl, kind), { LAB_KEY: key, ...environment }, limitMs);
    expect(report).not.toContain(key);
    return /\nProviders\n([\s\S]*?)\n\n/.exec(report)?.[1]?.replace(/\d+ ms/, 'N ms');
  };

  test.each([
    ['openai-compatible', 'GET /v1/models', 'authorization', `Bearer ${key}`],
    ['openai', 'GET /v1/models', 'authorization', `Bearer ${key}`],
    ['predictionguard', 'GET /v1/models', 'authorization', `Bearer ${key}`],
    ['empower', 'GET /v1/models', 'authorization', `Bearer ${key}`],
    ['anthropic', 'GET /v1/models', 'x-api-key', key],
    ['gemini', 'GET /v1/models?pageSize=1', 'x-goog-api-key', key],
    ['azure', 'GET /v1/openai/models?api-version=2024-10-21', 'api-key', key],
  ])('of kind %s gets a model list request with its key', async (kind, asked, header, value) => {
    const seen: unknown[] = [];
    const url = await serve(({ method, url, headers }, response) => {
      seen.push([`${method} ${url}`, headers[header]]);
      response.end('{"data":[]}');
    });
    expect(await of(`${url}/v1`, { kind })).toBe('  ok     lab responds in N ms and accepts the key');
    expect(seen).toEqual([[asked, value]]);
  });

  test('of kind azure with `/openai/v1` gets a model list request without a version', async () => {
    const seen: string[] = [];
    const url = await serve(({ method, url }, response) => {
      seen.push(`${method} ${url}`);
      response.end('{"data":[]}');
    });
    expect(await of(`${url}/openai/v1`, { kind: 'azure' })).toBe('  ok     lab responds in N ms and accepts the key');
    expect(seen).toEqual(['GET /openai/v1/models']);
  });

  test('without a model list gets an empty request, which it must reject', async () => {
    const seen: string[] = [];
    const url = await serve(({ method, url }, response) => {
      seen.push(`${method} ${url}`);
      response.writeHead(method === 'GET' ? 404 : 422).end('{}');
    });
    expect(await of(url)).toBe('  ok     lab responds in N ms and accepts the key');
    expect(seen).toEqual(['GET /models', 'POST /chat/completions']);
  });

  const failures: [status: number, body: string, text: string, fix: string][] = [
    [401, `{"error":"${key}"}`, 'lab rejects the key (401)', 'Set LAB_KEY again. Is it a valid key of this provider?'],
    [403, '{}', 'lab rejects the key (403)', 'Set LAB_KEY again. Is it a valid key of this provider?'],
    [400, 'API key not valid.', 'lab rejects the key (400)', 'Set LAB_KEY again. Is it a valid key of this provider?'],
    [429, '{}', 'lab throttles the key (429)', "Wait, or check the account's limits and balance."],
    [307, '', 'lab redirects to another address (307)', 'Use that address as its base URL. Sluice does not follow redirects.'],
    [404, '', 'lab has no such API at URL (404)', 'Correct its base URL. Most base URLs end in /v1.'],
    [503, '', 'lab responds, but fails (503)', 'Try again later. Its status page may have more information.'],
  ];
  test.each(failures)('that responds with %i', async (status, body, text, fix) => {
    const url = await serve((_, response) => response.writeHead(status).end(body));
    expect((await of(url))?.replace(url, 'URL')).toBe(`  WRONG  ${text}\n         ${fix}`);
  });

  test('that is unreachable', async () => {
    expect(await of(nowhere)).toBe(
      '  WRONG  lab: refused the connection\n         Check its address. Check that it is running and that this machine can reach it.',
    );
  });

  test('that has no TLS', async () => {
    const url = await serve((_, response) => response.end());
    expect(await of(url.replace('http:', 'https:'))).toMatch(
      /WRONG {2}lab: could not be reached because its TLS .*\n.*use http:/,
    );
  });

  test('that doesn’t respond', async () => {
    const url = await serve(() => {});
    expect(await of(url, { limitMs: 100 })).toBe(
      '  WRONG  lab: There was no response within 0.1 s\n         Try again. If there is still no response, check its address and the network path.',
    );
  });

  test('with a missing key, or one with a line break', async () => {
    expect(await of(nowhere, { LAB_KEY: '' })).toBe('  -      lab: not checked because its key is missing');
    expect(await of(nowhere, { LAB_KEY: 'two\nlines-of-it' })).toBe(
      '  WRONG  lab: the key contains invalid characters\n         Set LAB_KEY again. Check it for line breaks and spaces.',
    );
    expect(await doctor(lab(nowhere))).toContain('  WRONG  lab: The key of provider `lab` is not set\n         Set LAB_KEY.\n');
  });
});

describe('this machine', () => {
  test('a port in use, and a port with a running Sluice', async () => {
    const other = createSocketServer((socket) => socket.end('hello\n')).listen(0, '127.0.0.1');
    await once(other, 'listening');
    running.push(() => other.close());
    const port = String((other.address() as AddressInfo).port);
    expect(await doctor({}, { PORT: port })).toContain(
      `  WRONG  port ${port} of 127.0.0.1 is in use\n         Stop the other server or set PORT to another number.\n`,
    );
    const sluice = await serve((_, response) => response.end('{"name":"sluice","status":"ok"}'));
    expect(await doctor({}, { PORT: new URL(sluice).port })).toMatch(/ok {5}Sluice is already running on port \d+\n/);
  });

  test('an invalid port', async () => {
    expect(await doctor({}, { PORT: 'many' })).toContain('WRONG  environment: PORT: expected a port from 0 to 65535');
  });

  test('embedded providers that respond', async () => {
    expect(await doctor({})).toMatch(/ok {5}the embedded providers respond in \d+ ms/);
    expect(await doctor({ emulator: false })).toContain('-      the embedded providers are off');
  });

  test('an invalid configuration: each error has its fix on the next line', async () => {
    expect(await doctor({ models: { a: 'x' }, retries: -1 })).toContain(`Configuration
  WRONG  FILE: models.a: expected a target such as "openai/gpt-4o-mini", found "x"
         Write it as provider/model.
  WRONG  FILE: retries: expected an integer of 0 or more, found -1
         Correct or remove it.
`);
  });
});

describe('AWS', () => {
  test('shows the caller from a signed STS call, and the quota of concurrent executions', async () => {
    const double = await startAwsDouble();
    running.push(double.close);
    const report = await doctor({}, { AWS_ENDPOINT_URL: double.url });
    expect(report).toContain('ok     account 111122223333, arn:aws:iam::111122223333:user/demo\n  ok     region us-east-1\n');
    expect(report).toContain('ok     Lambda allows 1000 concurrent requests in us-east-1');
    expect(double.calls.toSorted()).toEqual([
      'lambda GET /2016-08-19/account-settings',
      'sts POST / Action=GetCallerIdentity&Version=2011-06-15',
    ]);
  });

  test('invalid credentials', async () => {
    const double = await startAwsDouble();
    running.push(double.close);
    const report = await doctor({}, { AWS_ENDPOINT_URL: double.url, AWS_SECRET_ACCESS_KEY: 'another-secret-9911' });
    expect(report).toContain('WRONG  AWS rejects the credentials (InvalidClientTokenId)\n         Set AWS_PROFILE, or');
    expect(report).not.toContain('another-secret');
  });

  test("a new account's quota of ten is explained, and suffices without a reservation", async () => {
    const double = await startAwsDouble({ quota: 10 });
    running.push(double.close);
    const environment = { AWS_ENDPOINT_URL: double.url };
    expect(await doctor({ stack: { reservedConcurrency: 50 } }, environment)).toContain(
      'later  Lambda allows 10 concurrent requests in us-east-1, but stack.reservedConcurrency 50 for 3 functions needs 250\n         Set stack.reservedConcurrency to false',
    );
    expect(await doctor({}, environment)).toContain('ok     Lambda allows 10 concurrent requests');
  });

  test('credentials without permission to read the quota', async () => {
    const double = await startAwsDouble({ lambda: 403 });
    running.push(double.close);
    expect(await doctor({}, { AWS_ENDPOINT_URL: double.url })).toContain(
      "-      could not check the account's concurrency because these credentials lack",
    );
  });

  test('the secrets of a deployment: present, empty, missing, forbidden', async () => {
    const secrets = await startSecretsManager({ secrets: { 'sluice/openai': key, 'sluice/anthropic': undefined } });
    running.push(secrets.close);
    const config = { models: { a: 'openai/x', b: 'anthropic/x', c: 'gemini/x' } };
    const environment = { AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.url };
    const report = await doctor(config, environment);
    expect(report).toContain('ok     the secret sluice/openai holds a key\n');
    expect(report).toMatch(
      /later {2}the secret `sluice\/anthropic` \(us-east-1\) has no value yet\n +Run `aws secretsmanager put/,
    );
    expect(report).toMatch(/later {2}the secret `sluice\/gemini` \(us-east-1\) does not exist\n +`npm run deploy` creates it/);
    expect(report).not.toContain(key);
    secrets.fail('denied');
    expect(await doctor(config, environment)).toMatch(/later {2}the secret `sluice\/openai` .* is not readable .*\n +Grant them/);
  });
});

test('a key that only the secret of the deployment has is no failure, and is checked at the provider', async () => {
  const secrets = await startSecretsManager({ secrets: { 'sluice/lab': key } });
  running.push(secrets.close);
  const received: (string | undefined)[] = [];
  const baseUrl = await serve(({ headers }, response) => {
    received.push(headers.authorization);
    response.end('{"data":[]}');
  });
  const config = { providers: { lab: { kind: 'openai', baseUrl, key: { env: 'LAB_KEY' } } }, models: { a: 'lab/x' } };
  const report = await doctor(config, { AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.url });
  expect(report).toContain('  ok     lab: a key in the secret sluice/lab, for deployed functions\n');
  expect(report).toContain('Set LAB_KEY to use lab on this machine.');
  expect(report).not.toContain('lab: The key');
  expect(received).toEqual([`Bearer ${key}`]);
  secrets.put('sluice/lab', 'two\nlines');
  expect(await doctor(config, { AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.url })).toContain('put-secret-value');
  secrets.put('sluice/lab', undefined);
  expect(await doctor(config, { AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.url })).toContain(
    '  WRONG  lab: The key of provider `lab` is not set',
  );
});

describe('the table of a deployment', () => {
  const config = { streams: { store: 'dynamodb' }, limits: { store: 'dynamodb' } };
  type Answers = Readonly<Record<string, { status?: number; body: unknown }>>;
  const ready: Answers = {
    DescribeTable: { body: { Table: { TableStatus: 'ACTIVE' } } },
    DescribeTimeToLive: { body: { TimeToLiveDescription: { TimeToLiveStatus: 'ENABLED', AttributeName: 'expiresAt' } } },
  };
  /** The report where DynamoDB gives these answers to these operations. */
  const reportOf = async (answers: Answers, environment: Record<string, string> = { SLUICE_TABLE: 'sluice-table' }) => {
    const url = await serve((request, response) => {
      const { status = 200, body } = answers[String(request.headers['x-amz-target']).split('.')[1] ?? ''] ?? { body: {} };
      response.writeHead(status).end(JSON.stringify(body));
    });
    return doctor(config, { AWS_ENDPOINT_URL_DYNAMODB: url, ...environment });
  };

  test('is ready, and removes what has expired', async () => {
    const report = await reportOf(ready);
    expect(report).toContain(
      'ok     the table sluice-table is ready (durable streams, limits)\n  ok     the table removes expired items',
    );
  });

  test('does not remove what has expired', async () => {
    const off = { DescribeTimeToLive: { body: { TimeToLiveDescription: { TimeToLiveStatus: 'DISABLED' } } } };
    expect(await reportOf({ ...ready, ...off })).toContain(
      'WRONG  the table sluice-table does not remove expired items\n         Deploy again, or',
    );
  });

  test.each([
    ['is missing', 400, 'ResourceNotFoundException', 'Requested resource not found'],
    ['is forbidden', 400, 'AccessDeniedException', 'not authorized to perform dynamodb:DescribeTable'],
  ])('%s', async (_, status, exception, message) => {
    const report = await reportOf({ DescribeTable: { status, body: { __type: `com.amazon#${exception}`, message } } });
    expect(report).toContain(`later  the table can't be read (${exception}: `);
    expect(report).toContain(message);
  });

  test('is not deployed yet, or its stack can’t be read', async () => {
    const report = await reportOf(ready, {
      AWS_ENDPOINT_URL_CLOUDFORMATION: await serve((_, response) =>
        response.writeHead(400).end('<Message>no such stack</Message>'),
      ),
    });
    expect(report).toContain(
      "can't be read (no such stack). Deploy first: npm run deploy\n         It will hold durable streams, limits.",
    );
  });

  test('is not looked for where nothing is stored', async () => {
    expect(await doctor({})).not.toContain('table');
  });
});

describe('a Bedrock model', () => {
  /** Not by the AWS SDK's own variables, which it reads from the process and not from what it is given. */
  const signed = { AWS_ACCESS_KEY: credentials.accessKeyId, AWS_SECRET_KEY: credentials.secretAccessKey };
  const model = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
  const report = (baseUrl: string, name = model) =>
    doctor({ providers: { bedrock: { baseUrl, region: 'us-east-1' } }, models: { a: `bedrock/${name}` } }, signed);

  test('is accessible if it rejects an empty body, and an unknown one is reported', async () => {
    const emulator = await startEmulator({ paceMs: 0 });
    running.push(emulator.close);
    expect(await report(emulator.bedrockUrl)).toMatch(/ok {5}bedrock\/us\.anthropic\.\S+ responds in us-east-1 after/);
    expect(await report(emulator.bedrockUrl, 'nobody.knows-v1:0')).toMatch(
      /WRONG {2}bedrock\/nobody\.knows-v1:0 does not exist \(ValidationException\)\n +Check the id/,
    );
  });

  const refusals: [status: number, exception: string, message: string, text: RegExp][] = [
    [
      403,
      'AccessDeniedException',
      'User: arn:aws:iam::1:user/demo is not authorized to perform: bedrock:InvokeModelWithResponseStream',
      /can't be invoked with these credentials .*\n +Grant them bedrock:InvokeModelWithResponseStream/,
    ],
    [
      403,
      'AccessDeniedException',
      "You don't have access to the model with the specified model ID.",
      /is not available to this account .*\n +Invoke the model once/,
    ],
    [
      400,
      'ValidationException',
      'Invocation of model ID x with on-demand throughput isn’t supported. Retry with an inference profile.',
      /only be used through an inference profile .*\n +Use the profile/,
    ],
    [
      404,
      'ResourceNotFoundException',
      'Model use case details have not been submitted for this account.',
      /is not enabled for this account yet .*\n +Invoke the model once/,
    ],
    [
      403,
      'UnrecognizedClientException',
      'The security token included in the request is invalid.',
      /AWS rejects the credentials .*\n +Renew/,
    ],
    [429, 'ThrottlingException', 'Too many tokens per day', /has no quota left .*\n +Wait/],
    [503, 'ServiceUnavailableException', 'Later.', /responds with ServiceUnavailableException\n +Try again later/],
  ];
  test.each(refusals)('that is rejected with %i %s: %s', async (status, exception, message, text) => {
    const url = await serve((_, response) => {
      response.writeHead(status, { 'x-amzn-errortype': exception }).end(JSON.stringify({ message }));
    });
    expect(await report(url)).toMatch(text);
  });
});

test('npm run doctor without an account or a key reports no problem, and exits with 1 for an error', () => {
  const { PATH = '' } = process.env;
  const run = (environment: Record<string, string>) =>
    spawnSync(process.execPath, ['tools/doctor.ts'], {
      encoding: 'utf8',
      env: { PATH, HOME: folder, PORT: '0', SLUICE_ENV_FILE: '', AWS_EC2_METADATA_DISABLED: 'true', ...environment },
    });
  const well = run({});
  expect([well.status, well.stderr]).toEqual([0, '']);
  expect(well.stdout).toContain('no AWS credentials, so the AWS checks were skipped');
  expect(well.stdout).toMatch(/\nEverything that is configured works\.\n$/);
  const ill = run({ OPENAI_API_KEY: key, OPENAI_BASE_URL: nowhere });
  expect(ill.status).toBe(1);
  expect(ill.stdout).toContain('ok     openai: a key in OPENAI_API_KEY');
  expect(ill.stdout).toMatch(/\n1 check failed\.\n$/);
  expect(ill.stdout).not.toContain(key);
});
