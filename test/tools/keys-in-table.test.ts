import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dynamodbKeys } from '../../lib/access/dynamodb-keys.ts';
import { authenticateKey, keyDigest } from '../../lib/access/keys.ts';
import { type LimitsTable, limitsTable } from '../support/limits-table.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-keys-'));
const config = join(folder, 'config.json');
const keyFile = join(folder, 'sluice.keys.json');

let table: LimitsTable;
let cloudFormation: Server;
const operations: string[] = [];
/** As CloudFormation describes a stack, with another output before the one that is looked for. */
const described = `<DescribeStacksResponse><DescribeStacksResult><Stacks><member><Outputs>
<member><OutputKey>OpenaiBaseUrl</OutputKey><OutputValue>https://x.example/v1</OutputValue><Description>For OPENAI_BASE_URL</Description></member>
<member><Description>The table</Description><OutputKey>TableName</OutputKey><OutputValue>sluice</OutputValue></member>
</Outputs><StackName>sluice</StackName></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`;

beforeAll(async () => {
  writeFileSync(
    config,
    JSON.stringify({ keys: { store: 'dynamodb' }, models: { small: 'openai/gpt-4o-mini', large: 'openai/gpt-4o' } }),
  );
  table = await limitsTable();
  cloudFormation = createServer(async (request, response) => {
    const form = await text(request);
    operations.push(form);
    const isOurs = form.includes('StackName=sluice');
    response.writeHead(isOurs ? 200 : 400, { 'content-type': 'text/xml' });
    response.end(
      isOurs ? described : '<ErrorResponse><Error><Message>Stack with id other does not exist</Message></Error></ErrorResponse>',
    );
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => cloudFormation.once('listening', resolve));
});
afterAll(async () => {
  cloudFormation.close();
  await table.close();
  rmSync(folder, { recursive: true, force: true });
});

async function keys(...args: string[]): Promise<{ code: number; output: string; errors: string }> {
  const { SLUICE_TABLE: _, ...aws } = table.environment;
  const child = spawn(process.execPath, ['tools/keys.ts', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      ...aws,
      AWS_ENDPOINT_URL_CLOUDFORMATION: `http://127.0.0.1:${(cloudFormation.address() as AddressInfo).port}`,
      SLUICE_CONFIG: config,
    },
  });
  const ended = new Promise<number>((resolve) => child.on('exit', (code) => resolve(code ?? -1)));
  const [code, output, errors] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  return { code, output, errors };
}

/** What an environment that has just started decides about this key. */
async function enter(key: string, now = Date.now()): Promise<string> {
  const directory = dynamodbKeys({ ...table.settings(), now: Date.now, onFailure: () => {} });
  const { id } = await authenticateKey(new Headers({ authorization: `Bearer ${key}` }), directory, { now });
  return id;
}

describe('keys in the table of the stack', () => {
  test('are created, used, listed and revoked without a deployment', async () => {
    const { code, output, errors } = await keys('create', 'app', '--models', 'small', '--requests-per-minute', '60');
    expect(code, errors).toBe(0);
    expect(errors).toContain('within a minute, without a deployment');
    expect(operations[0]).toContain('Action=DescribeStacks');
    const key = output.trim();
    expect(await enter(key)).toBe('app');
    expect((await keys('create', 'app')).errors).toContain('expected an unused id, found "app"');

    const listed = await keys('list');
    expect(listed.output).toMatch(/^app +\w{8}… +valid +small +60 requests\/min +\d{4}-\d\d-\d\dT\d\dh$/m);
    expect(listed.output).not.toContain(keyDigest(key));

    const revoked = await keys('revoke', 'app');
    expect(revoked.errors).toContain('takes effect within a minute');
    expect(revoked.errors).toContain('Running streams finish');
    await expect(enter(key)).rejects.toThrow('was revoked');
    expect((await keys('list')).output).toMatch(/^app .*revoked/m);
  });

  test('are rotated: the new key works at once, the old one until it expires', async () => {
    const old = (await keys('create', 'rotated', '--models', 'large', '--durability', 'none')).output.trim();
    const { output, errors } = await keys('rotate', 'rotated', '--keep-old', '1h');
    expect(errors).toContain('The old key stays valid until');
    const key = output.trim();
    expect(await enter(key)).toBe('rotated');
    expect(await enter(old)).toBe('rotated');
    await expect(enter(old, Date.now() + 3_601_000)).rejects.toThrow('has expired');
    expect(await enter(key, Date.now() + 3_601_000)).toBe('rotated');
    expect((await keys('list')).output.match(/^rotated .* stores nothing /gm)).toHaveLength(2);
    await keys('revoke', 'rotated');
    for (const one of [key, old]) await expect(enter(one)).rejects.toThrow('was revoked');
    expect((await keys('rotate', 'rotated')).errors).toContain('has no valid key');
  });

  test('are imported from the file, and clients keep theirs', async () => {
    const key = 'a-client-key-of-before';
    writeFileSync(
      keyFile,
      JSON.stringify([
        { id: 'before', sha256: keyDigest(key), expires: '2999-01-31', durability: 'none', limits: { dollarsPerDay: 2 } },
      ]),
    );
    const { code, errors } = await keys('import');
    expect(code, errors).toBe(0);
    expect(existsSync(keyFile)).toBe(false);
    expect(await enter(key)).toBe('before');
    expect((await keys('list')).output).toMatch(/^before .*until 2999-01-31 .*2 USD\/day, stores nothing/m);
  });

  test('that don’t exist are errors with the nearest id', async () => {
    await keys('create', 'search');
    expect((await keys('revoke', 'serach')).errors).toContain('Did you mean "search"?');
  });

  test('of a stack that is not deployed are a clear error, not a stack trace', async () => {
    writeFileSync(join(folder, 'other.json'), JSON.stringify({ keys: { store: 'dynamodb' }, stack: { name: 'other' } }));
    const { SLUICE_TABLE: _, ...aws } = table.environment;
    const child = spawn(process.execPath, ['tools/keys.ts', 'list'], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: {
        ...process.env,
        ...aws,
        AWS_ENDPOINT_URL_CLOUDFORMATION: `http://127.0.0.1:${(cloudFormation.address() as AddressInfo).port}`,
        SLUICE_CONFIG: join(folder, 'other.json'),
      },
    });
    const errors = await text(child.stderr);
    expect(errors).toContain("the stack other in us-east-1 can't be read (Stack with id other does not exist). Deploy first");
    expect(errors).not.toMatch(/\n\s+at /);
  });
});
