import { isContent } from '../../lib/policy/content.ts';
import type { Provider, UpstreamApi } from '../../lib/providers/provider.ts';
import type { JsonObject } from '../../lib/stream/json.ts';
import { flattened } from '../support/batches.ts';
import type { Client } from '../support/clients.ts';
import { hurriedClock } from '../support/hurried-clock.ts';
import { spokenKinds } from '../support/provider-streams/all.ts';
import type { ProviderStream } from '../support/provider-streams/provider-stream.ts';
import { rawServer } from '../support/raw-server.ts';
import { startStack } from '../support/stack.ts';
import { objectOf, parsed } from '../support/truth/truth.ts';
import { answerWell, type Fault } from './fault.ts';

/** One way to meet a fault: streaming from a lone target, streaming with another target behind it, or in one piece. */
export type Mode = 'alone' | 'with a fallback' | 'in one piece';

export const fallbackText = 'This is from the next target.';

/** What was seen of one request, from all sides. */
export interface Observed {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Buffer;
  /** The body, where it is JSON. */
  readonly body: JsonObject;
  readonly log: readonly string[];
  /** The line of the log, where it is one. */
  readonly line: JsonObject;
  /** Requests that the second target has had. */
  readonly fallbackAsked: number;
  /** Connections to either target that are still open a moment after the end. */
  readonly leftOpen: number;
}

/** Limits that nothing runs into on a busy machine, though the clock is hurried; a fault of time sets its own. */
const patient = { connect: '1h', firstContent: '1h', idle: '1h', total: '1h' };

/** How much faster than real time the gateway's limits run out. */
const hurry = 20;

/** One request of this client to a gateway whose provider has this fault. */
export async function observe(fault: Fault, providerStream: ProviderStream, client: Client, mode: Mode): Promise<Observed> {
  const headTaken = Promise.withResolvers<void>();
  const contentTaken = Promise.withResolvers<void>();
  let attempt = 0;
  const server = await rawServer((socket) =>
    fault.behave({
      providerStream,
      socket,
      attempt: ++attempt,
      headTaken: headTaken.promise,
      contentTaken: contentTaken.promise,
      url: server.url,
    }),
  );
  const next = nextKind(providerStream);
  const fallback = await rawServer((socket) => answerWell({ providerStream: next, socket }, fallbackText));
  const stack = startStack({
    clock: hurriedClock(hurry),
    commitAfterMs: fault.commitAfterMs ?? 3_600_000,
    heartbeatMs: fault.commitAfterMs ?? 3_600_000,
    config: {
      providers: {
        first: { kind: providerStream.kind, baseUrl: (fault.at?.(server.url) ?? server.url).href, key: { env: 'TEST_KEY' } },
        second: { kind: next.kind, baseUrl: fallback.url.href, key: { env: 'TEST_KEY' } },
      },
      models: {
        steady: {
          targets: [`first/${providerStream.model}`, ...(mode === 'with a fallback' ? [`second/${next.model}`] : [])],
          timeouts: { ...patient, ...fault.timeouts },
          retries: fault.retries ?? 1,
        },
      },
    },
    wrap: (provider) => (provider.name === 'first' ? watched(provider, headTaken.resolve, contentTaken.resolve) : provider),
  });
  try {
    const { path, body } = client.ask('steady', mode !== 'in one piece');
    const response = await stack.post(path, body);
    const bytes = Buffer.from(await response.arrayBuffer());
    await until(() => stack.log.length > 0);
    const open = () => server.received.length - server.closed + fallback.received.length - fallback.closed;
    await until(() => open() === 0);
    return {
      status: response.status,
      headers: response.headers,
      bytes,
      body: objectOf(parsed(bytes.toString())),
      log: [...stack.log],
      line: objectOf(parsed(stack.log[0] ?? '')),
      fallbackAsked: fallback.received.length,
      leftOpen: open(),
    };
  } finally {
    await Promise.all([server.close(), fallback.close()]);
  }
}

/** The second target is of another kind, so that falling over is never a matter of one dialect. */
export function nextKind(providerStream: ProviderStream): ProviderStream {
  return spokenKinds[(spokenKinds.indexOf(providerStream) + 1) % spokenKinds.length] ?? providerStream;
}

/** The provider, and signs of how far its answer has been read, so that a fault can wait for its moment. */
function watched(provider: Provider, onHead: () => void, onContent: () => void): Provider {
  const watch = (api: UpstreamApi): UpstreamApi => ({
    dialect: {
      ...api.dialect,
      async *decode(frames, context) {
        for await (const event of flattened(api.dialect.decode(frames, context))) {
          yield [event];
          // Asked for what follows: this one has gone on.
          if (isContent(event)) onContent();
        }
      },
    },
    async open(call) {
      const frames = await api.open(call);
      onHead();
      return frames;
    },
  });
  return {
    name: provider.name,
    apiFor: async (dialect, model) => watch(await provider.apiFor(dialect, model)),
  };
}

/** Waits, a second at most, for what should be so. */
async function until(so: () => boolean): Promise<void> {
  for (let waits = 0; waits < 200 && !so(); waits++) await new Promise((resolve) => setTimeout(resolve, 5));
}
