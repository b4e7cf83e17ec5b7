import { promiseHooks } from 'node:v8';
import { describe, expect, test } from 'vitest';
import { anthropicMessages } from '../../lib/dialects/anthropic-messages/client.ts';
import { anthropicMessagesUpstream } from '../../lib/dialects/anthropic-messages/upstream.ts';
import { bedrockConverseUpstream } from '../../lib/dialects/bedrock-converse/upstream.ts';
import type { ClientDialect, ProviderDialect } from '../../lib/dialects/dialect.ts';
import { openaiChat } from '../../lib/dialects/openai-chat/client.ts';
import { openaiChatUpstream } from '../../lib/dialects/openai-chat/upstream.ts';
import { createGateway } from '../../lib/gateway/gateway.ts';
import type { GatewayRequest, Route } from '../../lib/gateway/gateway-request.ts';
import { defaultTimeouts } from '../../lib/policy/deadlines.ts';
import { readAwsEventStream } from '../../lib/wire/aws-event-stream.ts';
import type { ReadFrames } from '../../lib/wire/frame.ts';
import { readSse } from '../../lib/wire/sse.ts';
import { type Upstream, writesOf } from '../../tools/bench/answers.ts';
import { manualClock } from '../support/manual-clock.ts';
import { requestOf } from '../support/translate.ts';

/** What one stream costs. Counts, not times, so the result is the same on every machine. */
interface Cost {
  readonly promises: number;
  readonly writes: number;
}

const upstreams: Record<Upstream, { dialect: ProviderDialect; read: ReadFrames }> = {
  openai: { dialect: openaiChatUpstream(), read: readSse },
  anthropic: { dialect: anthropicMessagesUpstream(), read: readSse },
  bedrock: { dialect: bedrockConverseUpstream(), read: readAwsEventStream },
};

/** Streams an answer through the gateway, from the bytes of the provider to the bytes for the client. */
async function costOf(upstream: Upstream, client: ClientDialect, reads: number, tokensPerRead: number): Promise<Cost> {
  const { dialect, read } = upstreams[upstream];
  const shape = { tokens: reads * tokensPerRead, tokensPerWrite: tokensPerRead, tokensPerSecond: 0 };
  const pieces = writesOf(upstream, shape);
  const bytes = {
    [Symbol.asyncIterator]() {
      let next = 0;
      return {
        // A turn of the event loop for each read, as on a socket.
        async next() {
          await new Promise((resolve) => setImmediate(resolve));
          const value = pieces[next++];
          return value ? { value, done: false as const } : { value: undefined, done: true as const };
        },
      };
    },
  };
  const api = { dialect, open: async () => read(bytes, { maxFrameBytes: 1 << 20 }) };
  const target = { provider: { name: 'p', apiFor: () => api }, model: 'm', timeouts: defaultTimeouts, prefill: false };
  const route: Route = { name: 'm', targets: [target], totalMs: 60_000, retries: 0, continueText: false };
  const gatewayRequest: GatewayRequest = {
    request: requestOf(client.name, false),
    client,
    route,
    requestId: 'r',
    answerId: 'a',
    created: 1,
    headers: {},
    signal: new AbortController().signal,
    answerState: { attempts: [] },
  };
  const gateway = createGateway({ clock: manualClock(), commitAfterMs: 10_000, heartbeatMs: 15_000, random: () => 0 });
  let promises = 0;
  let writes = 0;
  const stop = promiseHooks.onInit(() => {
    promises++;
  }) as unknown as () => void;
  try {
    const source = await gateway.stream(gatewayRequest);
    await source({
      write() {
        writes++;
        return undefined;
      },
      end() {},
    });
  } finally {
    stop();
  }
  return { promises, writes };
}

/** The cost of one more read of so many tokens. */
async function costOfRead(upstream: Upstream, client: ClientDialect, tokensPerRead: number): Promise<Cost> {
  const [few, many] = [await costOf(upstream, client, 10, tokensPerRead), await costOf(upstream, client, 110, tokensPerRead)];
  return { promises: (many.promises - few.promises) / 100, writes: (many.writes - few.writes) / 100 };
}

/**
 * Promises per read when this test was written, from 24 to 26 of them. A change that needs more than half as many again
 * fails.
 */
const promisesPerRead = 25;

describe('the token path', () => {
  for (const upstream of Object.keys(upstreams) as Upstream[]) {
    for (const client of [openaiChat, anthropicMessages]) {
      test(`needs few promises and one write per read, whatever the read holds: ${upstream} for ${client.name}`, async () => {
        const single = await costOfRead(upstream, client, 1);
        const full = await costOfRead(upstream, client, 8);
        expect(single.promises).toBeLessThan(promisesPerRead * 1.5);
        // A single promise per token would be seven more. The process may make one of its own meanwhile.
        expect(full.promises).toBeLessThan(single.promises + 2);
        expect(single.writes).toBe(1);
        expect(full.writes).toBe(1);
      });
    }
  }
});
