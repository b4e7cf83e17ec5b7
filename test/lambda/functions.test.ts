import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chat, clientKey, type Deployed, deploy, type Started } from './deployed.ts';

/** As fast as it is read, for ever: what a slow reader must hold back. */
const flood = createServer((_, response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  pour(response);
});
let poured = 0;

function pour(response: ServerResponse): void {
  const delta = { content: 'x'.repeat(8192) };
  const frame = `data: ${JSON.stringify({ id: 'c', model: 'm', choices: [{ index: 0, delta, finish_reason: null }] })}\n\n`;
  const more = () => {
    while (!response.destroyed) {
      poured += frame.length;
      if (!response.write(frame)) return;
    }
  };
  response.on('drain', more);
  more();
}

let deployed: Deployed;
let openai: Started;
beforeAll(async () => {
  await new Promise<void>((resolve) => flood.listen(0, '127.0.0.1', resolve));
  const config = {
    providers: {
      flood: {
        kind: 'openai-compatible' as const,
        baseUrl: `http://127.0.0.1:${(flood.address() as AddressInfo).port}/v1`,
      },
    },
    models: { flood: 'flood/m' },
    timeouts: { firstContent: '1s', idle: '1s' },
    retries: 0,
    maxOutputTokens: 400,
  };
  deployed = await deploy(config, 10);
  openai = await deployed.start('openai');
});
afterAll(async () => {
  await deployed.close();
  flood.closeAllConnections();
  flood.close();
});

async function read(answer: Response): Promise<{ pieces: { text: string; at: number }[]; text: string }> {
  const pieces: { text: string; at: number }[] = [];
  for await (const piece of answer.body ?? []) pieces.push({ text: Buffer.from(piece).toString(), at: performance.now() });
  return { pieces, text: pieces.map(({ text }) => text).join('') };
}

describe('a deployed function', () => {
  test('streams token by token', async () => {
    const startedAt = performance.now();
    const answer = await openai.post(
      '/v1/chat/completions',
      chat('openai/echo', 'one two three four five six seven eight nine ten'),
    );
    const { pieces, text } = await read(answer);
    const took = (pieces.at(-1)?.at ?? 0) - startedAt;
    const first = (pieces[0]?.at ?? 0) - startedAt;
    expect(text).toMatch(/data: \[DONE\]\n\n$/);
    expect(pieces.length).toBeGreaterThan(5);
    expect(first).toBeLessThan(took);
    expect(pieces.filter(({ at }) => at > startedAt + first + (took - first) / 2).length).toBeGreaterThan(2);
  });

  test('serves every request in one environment, and reads each configured secret once', async () => {
    const lambda = await deployed.start('openai');
    const before = deployed.secrets.calls.length;
    for (let index = 0; index < 3; index++) {
      expect((await read(await lambda.post('/v1/chat/completions', chat('openai/fast')))).text).toContain('[DONE]');
    }
    expect(lambda.environments).toMatchObject([{ invocations: 3 }]);
    const secrets = deployed.secrets.calls.slice(before).map(({ secretId }) => secretId);
    expect(secrets.toSorted()).toEqual(['sluice/anthropic', 'sluice/openai']);
    expect(deployed.emulator.log.at(-1)?.headers.authorization).toBe('Bearer provider-key-one');
  });

  test('returns the statuses and headers of its answers', async () => {
    const { status, headers, body } = await openai.post('/v1/chat/completions', chat('openai/fast'));
    await body?.cancel();
    expect(status).toBe(200);
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-sluice-provider': 'openai',
      'x-request-id': expect.stringMatching(/^req_/),
    });
  });

  test.each([
    ['a whole answer', 200, () => openai.post('/v1/chat/completions', { ...chat('openai/fast'), stream: false })],
    ['no key', 401, () => openai.post('/v1/chat/completions', chat('openai/fast'), { authorization: '' })],
    ['no such model', 404, () => openai.post('/v1/chat/completions', chat('nothing'))],
    ['no such path', 404, () => openai.post('/v1/nothing', {})],
    ['a refusal of the provider', 429, () => openai.post('/v1/chat/completions', chat('openai/status-429@9'))],
    ['a body that is not JSON', 400, () => openai.post('/v1/chat/completions', '{')],
    ['a body that is too large for the gateway', 413, () => openai.post('/v1/chat/completions', 'x'.repeat(5 << 20))],
    ['the list of models', 200, () => fetch(`${openai.url}/v1/models`, { headers: { 'x-api-key': clientKey } })],
    ['liveness', 200, () => fetch(openai.url)],
  ])('returns the right status: %s', async (_, status, ask) => {
    const answer = await ask();
    expect(answer.status).toBe(status);
    expect(await answer.json()).toBeTypeOf('object');
  });

  test('responds to HEAD without a body', async () => {
    const answer = await fetch(openai.url, { method: 'HEAD' });
    expect(answer.status).toBe(200);
    expect(await answer.text()).toBe('');
  });

  test('logs one line per request, with Lambda’s request id', async () => {
    const answer = await openai.post('/v1/chat/completions', chat('openai/fast'));
    await answer.text();
    const id = answer.headers.get('x-request-id') ?? '';
    await expect.poll(() => openai.lines.filter((line) => line.includes(id)).length).toBe(1);
    const line = JSON.parse(openai.lines.find((one) => one.includes(id)) ?? '');
    expect(line.aws_request_id).toBe(answer.headers.get('x-amzn-requestid'));
  });
});

describe('a provider failure', () => {
  test.each([
    ['breaks off', 'cut', 200, 'upstream_cut'],
    ['falls silent', 'stall', 200, 'upstream_stalled'],
    ['ends without a finish', 'eof', 200, 'upstream_cut'],
    ['reports a failure', 'error', 200, 'server_overloaded|upstream_error'],
    ['says what is no event', 'garbage', 200, 'upstream_protocol_error'],
    ['says nothing', 'silent', 504, 'upstream_timeout'],
    ['sends an empty answer', 'empty', 502, 'upstream_empty'],
    ['sends a page', 'html', 502, 'upstream_protocol_error'],
  ])('by %s is reported in the answer, and keeps the environment warm', async (_, model, status, code) => {
    const [before] = openai.environments;
    const answer = await openai.post('/v1/chat/completions', chat(`openai/${model}`));
    expect(answer.status).toBe(status);
    expect(await answer.text()).toMatch(new RegExp(`"code":"(${code})"`));
    expect((await openai.post('/v1/chat/completions', chat('openai/fast'))).status).toBe(200);
    expect(openai.environments.map(({ pid }) => pid)).toEqual([before?.pid]);
  });
});

describe('the function’s timeout', () => {
  test('never kills an answer, because each one ends before it with its own error', async () => {
    const lambda = await deployed.start('openai', { timeoutMs: 5000 });
    const answer = await lambda.post('/v1/chat/completions', chat('openai/slow', 'Hello there'));
    expect(answer.status).toBe(200);
    const { text } = await read(answer);
    expect(text).toContain('"code":"stream_deadline"');
    expect(text).toMatch(/data: \[DONE\]\n\n$/);
    expect((await lambda.post('/v1/chat/completions', chat('openai/fast'))).status).toBe(200);
    expect(lambda.environments).toMatchObject([{ invocations: 2 }]);
    expect(lambda.lines.join()).not.toContain('"status":"timeout"');
  });
});

describe('a client', () => {
  test('that disconnects is not noticed, but its request is limited', async () => {
    const left = new AbortController();
    const body = { ...chat('openai/echo', 'word '.repeat(2000)), max_tokens: 100_000 };
    const answer = await openai.post('/v1/chat/completions', body, {}, left.signal);
    await answer.body?.getReader().read();
    left.abort();
    const call = deployed.emulator.log.at(-1);
    await expect.poll(() => call?.finished, { timeout: 15_000 }).toBe(true);
    expect(call).toMatchObject({ closedByClient: false, body: { max_completion_tokens: 400 } });
    expect(call?.eventsSent).toBeLessThan(450);
    await expect.poll(() => openai.lines.at(-1)).toContain('"status":"success"');
  });

  test('that reads slowly applies backpressure to the provider', async () => {
    const lambda = await deployed.start('openai');
    const answer = await lambda.post('/v1/chat/completions', chat('flood'));
    const reader = answer.body?.getReader();
    await reader?.read();
    let before = -1;
    const stands = () => {
      const still = poured === before;
      before = poured;
      return still;
    };
    await expect.poll(stands, { interval: 300, timeout: 10_000 }).toBe(true);
    expect(poured).toBeLessThan(64 << 20);
    const stood = poured;
    while (poured === stood) expect((await reader?.read())?.done).toBe(false);
    await reader?.cancel();
    await lambda.close();
  });
});

describe('a function whose URL requires AWS signatures', () => {
  test('accepts requests that AWS has verified, and no others', async () => {
    const { AwsClient } = await import('aws4fetch');
    const signer = { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret-of-the-test', userArn: 'arn:aws:iam::1:user/tester' };
    const closed = await deploy({ stack: { auth: 'iam' }, keys: [] });
    try {
      const behind = await closed.start('openai', { signers: [signer] });
      const client = new AwsClient({ ...signer, service: 'lambda', region: 'us-east-1', retries: 0 });
      const body = JSON.stringify(chat('openai/fast'));
      const answer = await client.fetch(`${behind.url}/v1/chat/completions`, { method: 'POST', body });
      expect(answer.status).toBe(200);
      expect(await answer.text()).toContain('[DONE]');
      expect(behind.lines.join()).toContain('"key_id":"arn:aws:iam::1:user/tester"');
      // The same function, should its URL ever be opened.
      const open = await closed.start('openai');
      expect((await open.post('/v1/chat/completions', chat('openai/fast'))).status).toBe(401);
      expect((await client.fetch(`${open.url}/v1/chat/completions`, { method: 'POST', body })).status).toBe(401);
    } finally {
      await closed.close();
    }
  });
});
