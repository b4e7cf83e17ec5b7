import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { allFunctions } from '../../functions/all.ts';
import { createSluice } from '../../lib/app/sluice.ts';
import { checkConfig } from '../../lib/config/load-config.ts';
import type { Host } from '../../lib/http/host.ts';
import { clientIds } from '../../lib/telemetry/client-ids.ts';
import { version } from '../../lib/version.ts';
import { provided } from '../hostile/provided.ts';
import { clients } from '../support/clients.ts';
import { chatStream } from '../support/provider-streams/chat.ts';

const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
const xray = '1-5759e988-bd862e3fe1be46a994272793';

describe('the ids of a client', () => {
  test('are used if they have the right form', () => {
    const headers = new Headers({
      traceparent: `00-${trace}-00f067aa0ba902b7-01`,
      'x-amzn-trace-id': `Self=1-67891234-12456789abcdef012345678;Root=${xray};Parent=53995c3f42cd8ad8;Sampled=1`,
      'x-request-id': 'my-request_1',
      'x-claude-code-session-id': '2f1b7c1e-6d1f-4b3e-9d7a-0c4b8f3a9e55',
    });
    expect(clientIds(headers)).toEqual({
      traceId: trace,
      xrayTraceId: xray,
      clientRequestId: 'my-request_1',
      sessionId: '2f1b7c1e-6d1f-4b3e-9d7a-0c4b8f3a9e55',
    });
    expect(clientIds(new Headers())).toEqual({});
  });

  const wrong: [header: string, value: string][] = [
    ['traceparent', `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`],
    ['traceparent', `00-${trace}-0000000000000000-01`],
    ['traceparent', `00-${trace.toUpperCase()}-00f067aa0ba902b7-01`],
    ['traceparent', `01-${trace}-00f067aa0ba902b7-01`],
    ['traceparent', `00-${trace}-00f067aa0ba902b7-01-more`],
    ['x-amzn-trace-id', 'Root=1-5759e988-bd862e3fe1be46a99427279'],
    ['x-amzn-trace-id', 'anything at all'],
    ['x-request-id', 'a'.repeat(65)],
    ['x-request-id', 'a b'],
    ['x-request-id', '{"level":"error"}'],
    ['x-claude-code-session-id', 'a/../b'],
  ];
  for (const [header, value] of wrong) {
    test(`are replaced otherwise: ${header}: ${value.slice(0, 70)}`, () => {
      expect(clientIds(new Headers({ [header]: value }))).toEqual({});
    });
  }
});

describe('the log line of a request', () => {
  const { path, body } = clients[0]?.ask('steady', true) ?? { path: '', body: {} };

  test('has its size, the number of events, our own time, and the version and configuration', async () => {
    const { stack, provider } = await provided(chatStream);
    await (await stack.post(path, body, { headers: { 'x-request-id': 'mine' } })).arrayBuffer();
    await expect.poll(() => stack.log.length, { interval: 2 }).toBe(1);
    const line = JSON.parse(stack.log[0] ?? '');
    expect(line).toMatchObject({
      bytes_in: Buffer.byteLength(JSON.stringify(body)),
      client_request_id: 'mine',
      cold_start: true,
      gateway_version: version,
      config_version: expect.stringMatching(/^[0-9a-f]{12}$/),
    });
    expect(line.events_in).toBeGreaterThan(3);
    expect(line.overhead_ms).toBeLessThanOrEqual(line.ttft_ms);
    expect(line).not.toHaveProperty('remaining_ms');
    await (await stack.post(path, body)).arrayBuffer();
    await expect.poll(() => stack.log.length, { interval: 2 }).toBe(2);
    expect(JSON.parse(stack.log[1] ?? '')).toMatchObject({ cold_start: false, config_version: line.config_version });
    await provider.close();
  });

  test('has the host’s request id, and the remaining time', async () => {
    const lines: string[] = [];
    const config = checkConfig({}, 'the test');
    const log = (line: string) => void lines.push(line);
    const app = allFunctions(createSluice({ config, file: 'the test', providers: new Map(), keys: undefined, log }));
    const host: Host = { requestId: 'aws-1', remainingMs: () => 1234.4 };
    await app(new Request('http://127.0.0.1/v1/models'), host);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ aws_request_id: 'aws-1', remaining_ms: 1234, status: 200 });
  });

  test('has a config_version that depends on exactly the configuration', async () => {
    const versionOf = async (retries: number) => {
      const lines: string[] = [];
      const config = checkConfig({ retries }, 'the test');
      const log = (line: string) => void lines.push(line);
      const app = allFunctions(createSluice({ config, file: 'the test', providers: new Map(), keys: undefined, log }));
      await app(new Request('http://127.0.0.1/v1/models'));
      return JSON.parse(lines[0] ?? '').config_version;
    };
    expect(await versionOf(0)).toBe(await versionOf(0));
    expect(await versionOf(0)).not.toBe(await versionOf(1));
  });
});

test("the gateway's version is the package's", () => {
  expect(version).toBe(JSON.parse(readFileSync('package.json', 'utf8')).version);
});
