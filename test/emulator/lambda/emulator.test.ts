import { readFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { AwsClient } from 'aws4fetch';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { lambdas, streaming } from './handlers.ts';

const { start, close } = lambdas();
afterAll(close);

const echo =
  'export const handler = async (event, context) => ({ statusCode: 200, body: JSON.stringify({ event, pid: process.pid, env: process.env }) });';

interface Echoed {
  event: {
    rawPath: string;
    rawQueryString: string;
    headers: Record<string, string>;
    body?: string;
    isBase64Encoded: boolean;
  } & Record<string, unknown>;
  pid: number;
  env: Record<string, string>;
}

describe('an event', () => {
  test('has the path and query unchanged, joined headers and separate cookies', async () => {
    const { url } = await start(echo);
    const answer = await fetch(`${url}/model/a%3Ab%2F/c?x=1&x=2&y=%20`, { headers: { cookie: 'a=1; b=2', 'x-name': 'v' } });
    const { event } = (await answer.json()) as Echoed;
    expect(event).toMatchObject({
      version: '2.0',
      rawPath: '/model/a%3Ab%2F/c',
      rawQueryString: 'x=1&x=2&y=%20',
      queryStringParameters: { x: '1,2', y: ' ' },
      cookies: ['a=1', 'b=2'],
      isBase64Encoded: false,
      requestContext: { accountId: 'anonymous', http: { method: 'GET', path: '/model/a%3Ab%2F/c' } },
    });
    expect(event.headers).toMatchObject({ 'x-name': 'v', 'x-forwarded-proto': 'https', host: new URL(url).host });
    expect(event.requestContext).not.toHaveProperty('authorizer');
  });

  test.each([
    ['JSON', 'application/json', Buffer.from('{"a":"ü"}'), false],
    ['problem JSON', 'application/problem+json', Buffer.from('{}'), false],
    ['text', 'text/plain; charset=utf-8', Buffer.from('ü'), false],
    ['bytes', 'application/octet-stream', Buffer.from([0, 255]), true],
    ['text that is none', 'text/plain', Buffer.from([0, 255]), true],
  ])('has %s as text or base64, depending on its type', async (_, type, body, isBase64Encoded) => {
    const { url } = await start(echo);
    const answer = await fetch(url, { method: 'POST', headers: { 'content-type': type }, body });
    const { event } = (await answer.json()) as Echoed;
    expect(event.isBase64Encoded).toBe(isBase64Encoded);
    expect(Buffer.from(event.body ?? '', isBase64Encoded ? 'base64' : 'utf8')).toEqual(body);
  });
});

describe('a process', () => {
  test('has the variables of Lambda and of its function, and none of the test’s', async () => {
    process.env.SLUICE_CANARY = 'x';
    const { url } = await start(echo, { name: 'mine', memory: 256, environment: { MINE: 'yes' } });
    const { env } = (await (await fetch(url)).json()) as Echoed;
    delete process.env.SLUICE_CANARY;
    expect(env).toMatchObject({ AWS_LAMBDA_FUNCTION_NAME: 'mine', AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256', MINE: 'yes' });
    expect(env).not.toHaveProperty('SLUICE_CANARY');
  });

  test('loads nothing that an empty function on Lambda doesn’t load, so that cold starts compare', async () => {
    const { url } = await start(streaming('out.write(process.moduleLoadList.join("\\n")); out.end();'));
    const loaded = await (await fetch(url)).text();
    expect(loaded).toContain('NativeModule http');
    expect(loaded).not.toContain('undici');
  });

  test('serves one request after another', async () => {
    const lambda = await start(echo);
    const pids = [];
    for (let index = 0; index < 3; index++) pids.push(((await (await fetch(lambda.url)).json()) as Echoed).pid);
    expect(new Set(pids).size).toBe(1);
    expect(lambda.environments).toMatchObject([{ pid: pids[0], invocations: 3 }]);
  });

  test('serves one request at a time, and parallel requests get other processes', async () => {
    const slow = streaming('out.write(String(process.pid)); await wait(300); out.end();');
    const { url } = await start(slow);
    const pids = await Promise.all([1, 2].map(async () => (await fetch(url)).text()));
    expect(new Set(pids).size).toBe(2);
  });

  test.runIf(process.platform === 'linux')('is frozen between two requests', async () => {
    const lambda = await start(echo);
    const { pid } = (await (await fetch(lambda.url)).json()) as Echoed;
    await expect.poll(() => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.[0]).toBe('T');
    expect(((await (await fetch(lambda.url)).json()) as Echoed).pid).toBe(pid);
  });

  test('that can’t start returns a 502, with the reason in the log', async () => {
    const { url, lines } = await start('throw new Error("no start");');
    expect((await fetch(url)).status).toBe(502);
    expect(lines.join('\n')).toContain('no start');
  });

  test('that exits in mid-stream cuts the answer, and the next request starts another', async () => {
    const lambda = await start(
      streaming('out.write("half"); await wait(50); if (event.rawPath === "/die") process.exit(1); out.end();'),
    );
    const answer = await fetch(`${lambda.url}/die`);
    expect(answer.status).toBe(200);
    await expect(answer.text()).rejects.toThrow();
    expect(await (await fetch(lambda.url)).text()).toBe('half');
  });

  test('logs how long it took to start and to run', async () => {
    const lambda = await start(echo);
    await fetch(lambda.url);
    await expect.poll(() => lambda.lines.join()).toContain('platform.report');
    const report = lambda.lines.find((line) => line.includes('platform.report')) ?? '';
    expect(JSON.parse(report).record).toMatchObject({
      status: 'success',
      metrics: { durationMs: expect.any(Number), initDurationMs: expect.any(Number) },
    });
  });
});

describe('an answer', () => {
  test('has the status, headers and cookies of its prelude, some under another name', async () => {
    const head =
      '{ statusCode: 201, headers: { "content-type": "text/x", "www-authenticate": "Basic", "x-name": "名" }, cookies: ["a=1", "b=2"] }';
    const { url } = await start(streaming('out.write("x"); out.end();', head));
    const { status, headers } = await fetch(url);
    expect(status).toBe(201);
    expect(headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(headers.get('x-amzn-remapped-www-authenticate')).toBe('Basic');
    expect(headers.has('www-authenticate')).toBe(false);
    expect(Buffer.from(headers.get('x-name') ?? '', 'latin1').toString()).toBe('名');
  });

  test('arrives as it is written', async () => {
    const { url } = await start(
      streaming('for (const word of ["one", "two", "three"]) { out.write(word); await wait(100); } out.end();'),
    );
    const at: number[] = [];
    for await (const _ of (await fetch(url)).body ?? []) at.push(performance.now());
    expect(at).toHaveLength(3);
    expect((at[2] ?? 0) - (at[0] ?? 0)).toBeGreaterThan(100);
  });

  test('is a 502 if it fails before its first byte', async () => {
    const { url } = await start(streaming('throw new Error("early");'));
    expect((await fetch(url)).status).toBe(502);
  });

  test('is cut if it fails later, and the process stays alive', async () => {
    const lambda = await start(streaming('out.write("half"); await wait(20); throw new Error("late");'));
    for (let index = 0; index < 2; index++) {
      const answer = await fetch(lambda.url);
      expect(answer.status).toBe(200);
      await expect(answer.text()).rejects.toThrow();
    }
    expect(lambda.environments).toMatchObject([{ invocations: 2 }]);
  });

  test('is a 502 if it throws without a stream', async () => {
    const { url, lines } = await start('export const handler = async () => { throw new Error("plain"); };');
    expect((await fetch(url)).status).toBe(502);
    expect(lines.join()).toContain('plain');
  });
});

describe('the limits', () => {
  test('kill an invocation past its timeout, with its process', async () => {
    const lambda = await start(streaming('out.write("x"); if (event.rawPath === "/hang") await wait(60_000); out.end();'), {
      timeoutMs: 700,
    });
    const hanging = await fetch(`${lambda.url}/hang`);
    const [first] = lambda.environments;
    await expect(hanging.text()).rejects.toThrow();
    expect(await (await fetch(lambda.url)).text()).toBe('x');
    expect(lambda.environments[0]?.pid).not.toBe(first?.pid);
    expect(lambda.lines.join()).toContain('"status":"timeout"');
  });

  // Only Linux shows the peak of another process.
  test.runIf(process.platform === 'linux')('kill an environment that uses more memory than it has', async () => {
    const code = streaming(
      'const kept = []; if (event.rawPath === "/large") for (let i = 0; i < 100; i++) { kept.push(Buffer.alloc(2 ** 20, 1)); await wait(2); } await wait(200); out.write(String(kept.length)); out.end();',
    );
    const small = await start(code, { memory: 128 });
    expect((await fetch(`${small.url}/large`)).status).toBe(502);
    expect(small.lines.join()).toContain('"status":"out-of-memory"');
    expect(await (await fetch(small.url)).text()).toBe('0');
    const larger = await start(code, { memory: 256 });
    expect(await (await fetch(`${larger.url}/large`)).text()).toBe('100');
    await vi.waitFor(() => expect(larger.lines.join()).toMatch(/"maxMemoryUsedMB":1\d\d/));
  });

  test('return a 504 if it had not started an answer', async () => {
    const { url } = await start(streaming('await wait(60_000);'), { timeoutMs: 300 });
    expect((await fetch(url)).status).toBe(504);
  });

  test('return a 429 for more parallel requests than reserved', async () => {
    const { url } = await start(streaming('out.write("x"); await wait(500); out.end();'), { reservedConcurrency: 1 });
    const first = await fetch(url);
    expect((await fetch(url)).status).toBe(429);
    expect(await first.text()).toBe('x');
    expect((await fetch(url)).status).toBe(200);
  });

  test('return a 413 for a request of more than 6 MB as an event', async () => {
    const { url } = await start(echo);
    const post = (bytes: number, type: string) =>
      fetch(url, { method: 'POST', headers: { 'content-type': type }, body: Buffer.alloc(bytes, 'a') });
    expect((await post(7 * 1024 * 1024, 'text/plain')).status).toBe(413);
    expect((await post(5 * 1024 * 1024, 'application/octet-stream')).status).toBe(413);
    expect((await post(5 * 1024 * 1024, 'text/plain')).status).toBe(200);
  });

  test('a client disconnect is invisible, and the function writes to its end', async () => {
    const lambda = await start(
      streaming(
        'for (let index = 0; index < 10; index++) { out.write(String(index)); await wait(20); } console.log("wrote all"); out.end();',
      ),
    );
    const left = new AbortController();
    const answer = await fetch(lambda.url, { signal: left.signal });
    await answer.body?.getReader().read();
    left.abort();
    await expect.poll(() => lambda.lines.join(), { timeout: 5000 }).toContain('wrote all');
    expect(lambda.environments).toMatchObject([{ invocations: 1 }]);
  });

  test('a slow client applies backpressure to the function', async () => {
    const lambda = await start(
      streaming(`
        const piece = "x".repeat(1 << 20);
        for (let index = 1; index <= 64; index++) {
          if (!out.write(piece)) await new Promise((resolve) => out.once("drain", resolve));
          console.log("wrote " + index);
        }
        out.end();`),
    );
    const answer = await new Promise<import('node:http').IncomingMessage>((resolve) => httpRequest(lambda.url, resolve).end());
    await expect.poll(() => lambda.lines.length, { timeout: 5000 }).toBeGreaterThan(0);
    let before = -1;
    // It stops once every buffer in between is full.
    await expect
      .poll(
        () => {
          const still = lambda.lines.length === before;
          before = lambda.lines.length;
          return still;
        },
        { interval: 300, timeout: 10_000 },
      )
      .toBe(true);
    expect(lambda.lines.length).toBeLessThan(40);
    let bytes = 0;
    for await (const piece of answer) bytes += (piece as Buffer).length;
    expect(bytes).toBe(64 << 20);
  });
});

describe('a URL that requires AWS signatures', () => {
  const signer = { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret-of-the-test', userArn: 'arn:aws:iam::1:user/tester' };

  test('passes the signer to the function, and rejects everyone else', async () => {
    const { url } = await start(echo, { signers: [signer] });
    expect((await fetch(url)).status).toBe(403);
    const client = new AwsClient({ ...signer, service: 'lambda', region: 'us-east-1', retries: 0 });
    const { event } = (await (await client.fetch(`${url}/a%20b?x=1`)).json()) as Echoed;
    expect(event.requestContext).toMatchObject({ authorizer: { iam: { userArn: signer.userArn } } });
    const other = new AwsClient({ ...signer, secretAccessKey: 'wrong', service: 'lambda', region: 'us-east-1', retries: 0 });
    expect((await other.fetch(url)).status).toBe(403);
  });
});
