import { describe, expect, test } from 'vitest';
import { clientFamily } from '../../lib/telemetry/client-family.ts';
import { answerWell } from '../faults/fault.ts';
import { provided } from '../hostile/provided.ts';
import { clients, promptCanary } from '../support/clients.ts';
import { chunkOf, endOfChunks, plainAnswer, streamHead } from '../support/http-bytes.ts';
import { pairs } from '../support/pairs.ts';
import { chatStream } from '../support/provider-streams/chat.ts';
import { wholeAnswer } from '../support/provider-streams/provider-stream.ts';
import { secrets } from '../support/stack.ts';

/** The one line of a request, once it is there. */
async function line(log: readonly string[]): Promise<Record<string, unknown>> {
  await expect.poll(() => log.length, { interval: 2 }).toBe(1);
  return JSON.parse(log[0] ?? '');
}

describe('the log line of a request', () => {
  for (const { providerStream, client } of pairs()) {
    test(`has the outcome, the times and the usage: ${client.dialect} from ${providerStream.name}`, async () => {
      const { stack, provider } = await provided(providerStream);
      const { path, body } = client.ask('steady', true);
      const answer = await stack.post(path, body, { headers: { 'user-agent': 'OpenAI/JS 7.57.0' } });
      const bytes = Buffer.from(await answer.arrayBuffer());
      const entry = await line(stack.log);
      expect(entry).toMatchObject({
        msg: 'access',
        level: 'info',
        request_id: answer.headers.get('x-request-id'),
        key_id: 'tests',
        client: 'openai-js',
        dialect: client.dialect === 'bedrock-invoke' ? expect.any(String) : client.dialect,
        stream: true,
        alias: 'steady',
        provider: 'first',
        upstream_model: providerStream.model,
        attempts: [{ provider: 'first', model: providerStream.model, started_ms: expect.any(Number), ms: expect.any(Number) }],
        status: 200,
        outcome: 'ok',
        finish_reason: 'stop',
        usage_source: 'provider',
        input_tokens: 7,
        output_tokens: 5,
        bytes_out: bytes.length,
        heartbeats: 0,
      });
      for (const field of ['committed_ms', 'ttft_ms', 'total_ms', 'max_gap_ms', 'events_out']) {
        expect(entry[field], field).toBeGreaterThanOrEqual(0);
      }
      expect(entry.committed_ms).toBeLessThanOrEqual(entry.total_ms as number);
      expect(JSON.stringify(entry)).not.toContain(promptCanary);
      await provider.close();
    });
  }

  test('has each attempt with its result and status', async () => {
    let calls = 0;
    const { stack, provider } = await provided(chatStream, { retries: 1 }, {}, (socket) => {
      if (++calls === 1) socket.end(plainAnswer(503, 'application/json', '{"error":{"message":"Busy."}}'));
      else answerWell({ providerStream: chatStream, socket });
    });
    const { path, body } = clients[0]?.ask('steady', false) ?? { path: '', body: {} };
    expect((await stack.post(path, body)).status).toBe(200);
    const [first, second, ...more] = (await line(stack.log)).attempts as Record<string, unknown>[];
    expect(first).toMatchObject({ error: 'server_overloaded', status: 503, ms: expect.any(Number) });
    expect(second).toMatchObject({ ms: expect.any(Number) });
    expect(second).not.toHaveProperty('error');
    expect(more).toEqual([]);
    await provider.close();
  });

  test('counts the heartbeats during silence, and its length', async () => {
    const { stack, provider } = await provided(chatStream, {}, { commitAfterMs: 100, heartbeatMs: 100 }, async (socket) => {
      const [envelope = Buffer.alloc(0), ...rest] = wholeAnswer(chatStream, 'one');
      socket.write(Buffer.concat([streamHead(chatStream), chunkOf(envelope)]));
      await new Promise((resolve) => setTimeout(resolve, 700));
      socket.end(Buffer.concat([chunkOf(...rest), endOfChunks]));
    });
    const { path, body } = clients[0]?.ask('steady', true) ?? { path: '', body: {} };
    await (await stack.post(path, body)).arrayBuffer();
    const entry = await line(stack.log);
    expect(entry.heartbeats).toBeGreaterThanOrEqual(2);
    expect(entry.max_gap_ms).toBeGreaterThan(200);
    expect(entry.committed_ms).toBeLessThan(entry.ttft_ms as number);
    await provider.close();
  });

  test('shortens long names, and has nothing of the prompt', async () => {
    const { stack, provider } = await provided(chatStream);
    const { body } = clients[0]?.ask('steady', true) ?? { body: {} };
    await (await stack.post(`/v1/${'x'.repeat(5_000)}`, body)).arrayBuffer();
    const entry = await line(stack.log);
    expect((entry.route as string).length).toBeLessThan(300);
    expect(stack.log[0]).not.toContain(promptCanary);
    await provider.close();
  });
});

describe('the id of a request', () => {
  // An exception of Bedrock's has no place for it but its header.
  const named = clients.filter(({ dialect }) => !dialect.startsWith('bedrock'));

  test.each(clients.map((client) => [client.dialect, client] as const))(
    'is in every answer to %s, and in every error',
    async (_, client) => {
      const { stack, provider } = await provided(chatStream, {}, {}, (socket, request) => {
        const { envelope, text, failure } = chatStream;
        if (request.includes('in-band'))
          socket.end(
            Buffer.concat([streamHead(chatStream), chunkOf(envelope, text('a'), failure('server_error', 'No.')), endOfChunks]),
          );
        else socket.end(plainAnswer(500, 'application/json', '{"error":{"message":"No."}}'));
      });
      const asked = client.ask('steady', true);
      const answers = [
        await stack.post(asked.path, asked.body),
        await stack.post(client.ask('steady', true, 'in-band').path, client.ask('steady', true, 'in-band').body),
        await stack.post(client.ask('nobody', true).path, client.ask('nobody', true).body),
        await stack.send(asked.path, '{'),
        await stack.post(asked.path, asked.body, { headers: { authorization: 'Bearer nobody-knows-this' } }),
        await stack.post(`${asked.path}/nowhere`, asked.body),
      ];
      const ids = new Set<string>();
      for (const answer of answers) {
        const id = answer.headers.get('x-request-id') ?? '';
        expect(id).toMatch(/^req_\w{24}$/);
        expect(answer.headers.get('request-id')).toBe(id);
        const text = await answer.text();
        if (named.includes(client)) expect(text).toContain(id);
        ids.add(id);
      }
      expect(ids.size).toBe(answers.length);
      await expect.poll(() => stack.log.length, { interval: 2 }).toBe(answers.length);
      expect(new Set(stack.log.map((one) => JSON.parse(one).request_id))).toEqual(ids);
      expect(stack.log.join('\n')).not.toContain(secrets.clientKey);
      await provider.close();
    },
  );
});

test('the client family is derived from its user agent only', () => {
  const families: [userAgent: string | undefined, family: string | undefined][] = [
    ['OpenAI/JS 7.57.0', 'openai-js'],
    ['AzureOpenAI/JS 4.104.0', 'openai-js'],
    ['AsyncOpenAI/Python 2.8.1', 'openai-python'],
    ['Anthropic/JS 1.12.0', 'anthropic-js'],
    ['AsyncAnthropic/Python 0.75.0', 'anthropic-python'],
    ['claude-cli/2.0.50 (external, cli)', 'claude-code'],
    ['codex_cli_rs/0.60.1 (Mac OS 26.1.0; arm64)', 'codex'],
    ['ai/7.0.173 ai-sdk/openai/4.0.118 ai-sdk/provider-utils/5.0.0 runtime/node.js/24', 'ai-sdk'],
    ['langchainjs-openai/1.0.0 ((node/v24.0.0; linux; x64))', 'langchain'],
    ['Prediction Guard Python Client: 2.9.2', 'prediction-guard'],
    ['Boto3/1.40.0 md/Botocore#1.40.0', 'boto3'],
    ['aws-sdk-js/3.1163.0 ua/2.1 os/linux', 'aws-sdk'],
    ['python-requests/2.32.5', 'python-requests'],
    ['curl/8.17.0', 'curl'],
    ['Mozilla/5.0 (X11; Linux x86_64)', 'browser'],
    ['node', 'node'],
    ['something/1 with a secret in it', 'other'],
    ['', undefined],
    [undefined, undefined],
  ];
  for (const [userAgent, family] of families) expect(clientFamily(userAgent), userAgent).toBe(family);
});
