import { describe, expect, test } from 'vitest';
import type { Provider, UpstreamApi } from '../../lib/providers/provider.ts';
import { flattened } from '../support/batches.ts';
import { check } from '../support/checker/check.ts';
import type { Client } from '../support/clients.ts';
import { pairs } from '../support/pairs.ts';
import type { ProviderStream } from '../support/provider-streams/provider-stream.ts';
import { rawServer } from '../support/raw-server.ts';
import { startStack } from '../support/stack.ts';
import { objectOf, parsed } from '../support/truth/truth.ts';
import { answerWell, fullText } from './fault.ts';

/** More events than the usual answer has. */
const mostEvents = 20;
const detail = 'detail-of-our-own';

/** The provider, read by code of ours that throws at its `n`-th event. */
function throwingAt(n: number): (provider: Provider) => Provider {
  const broken = (api: UpstreamApi): UpstreamApi => ({
    dialect: {
      ...api.dialect,
      async *decode(frames, context) {
        let count = 0;
        for await (const event of flattened(api.dialect.decode(frames, context))) {
          if (count++ === n) throw new TypeError(detail);
          yield [event];
        }
      },
    },
    open: (call) => api.open(call),
  });
  return (provider) => ({
    name: provider.name,
    apiFor: async (dialect, model) => broken(await provider.apiFor(dialect, model)),
  });
}

async function ask(providerStream: ProviderStream, client: Client, n: number, stream: boolean) {
  const server = await rawServer((socket) => answerWell({ providerStream, socket }));
  const stack = startStack({
    wrap: throwingAt(n),
    config: {
      providers: { first: { kind: providerStream.kind, baseUrl: server.url.href, key: { env: 'TEST_KEY' } } },
      models: { steady: { targets: [`first/${providerStream.model}`] } },
    },
  });
  const { path, body } = client.ask('steady', stream);
  const response = await stack.post(path, body);
  const bytes = Buffer.from(await response.arrayBuffer());
  await new Promise((resolve) => setImmediate(resolve));
  await server.close();
  return { response, bytes, log: stack.log, line: objectOf(parsed(stack.log[0] ?? '')), asked: server.received.length };
}

describe('an exception in our own code (44)', () => {
  for (const { providerStream, client } of pairs()) {
    test(`at any event of the answer ends it with an error; ${providerStream.name} for ${client.dialect}`, async () => {
      const outcomes = new Set<string>();
      const failed = client.status('gateway_error');
      for (let n = 0; n < mostEvents; n++) {
        const { response, bytes, log, line, asked } = await ask(providerStream, client, n, true);
        outcomes.add(`${response.status} ${line.outcome}`);
        expect(log).toHaveLength(1);
        expect(asked).toBe(1);
        expect(bytes.toString()).not.toContain(detail);
        if (line.outcome === 'ok') break;
        expect(line.outcome).toBe('gateway_error');
        if (response.status === failed) {
          expect(client.failure(objectOf(parsed(bytes.toString())), response.headers).word).toBe(client.word('gateway_error'));
          continue;
        }
        const { violations, truth } = check(client.dialect, bytes, { expectError: true });
        expect(violations).toEqual([]);
        expect(fullText.startsWith(truth.text)).toBe(true);
        expect(client.inBand(bytes)?.word).toBe(client.streamWord('gateway_error'));
      }
      // Before the first content, after it, and behind the last event.
      expect([...outcomes]).toEqual([`${failed} gateway_error`, '200 gateway_error', '200 ok']);
    });

    test(`never returns a partial answer without a stream; ${providerStream.name} for ${client.dialect}`, async () => {
      for (let n = 0; n < mostEvents; n++) {
        const { response, bytes, line } = await ask(providerStream, client, n, false);
        const body = objectOf(parsed(bytes.toString()));
        if (line.outcome === 'ok') return expect(client.text(body)).toBe(fullText);
        expect(response.status).toBe(client.status('gateway_error'));
        expect(client.failure(body, response.headers).word).toBe(client.word('gateway_error'));
      }
    });
  }
});
