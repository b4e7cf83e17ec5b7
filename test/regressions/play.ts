import type { Socket } from 'node:net';
import type { ConfigInput } from '../../lib/config/schema.ts';
import type { JsonObject } from '../../lib/stream/json.ts';
import type { Clock } from '../../lib/time/clock.ts';
import { check, type Reading } from '../support/checker/check.ts';
import type { Client } from '../support/clients.ts';
import { chunkOf, endOfChunks, streamHead } from '../support/http-bytes.ts';
import type { ProviderStream } from '../support/provider-streams/provider-stream.ts';
import { rawServer } from '../support/raw-server.ts';
import { startStack } from '../support/stack.ts';
import { objectOf, parsed } from '../support/truth/truth.ts';

/** One connection of one provider. */
export interface Scene {
  readonly socket: Socket;
  /** The how-many-eth of this provider, from 1. */
  readonly attempt: number;
  /** Resolves when the client has received this many pieces of the answer. */
  shown(pieces: number): Promise<void>;
}

/** A scripted provider: its dialect and its behavior, or the full text of its streams. */
export interface Part {
  readonly providerStream: ProviderStream;
  readonly says: ((scene: Scene) => void | Promise<void>) | readonly Uint8Array[];
  readonly prefill?: boolean;
}

export interface PlaySettings {
  readonly client: Client;
  /** Asked in this order. */
  readonly parts: readonly Part[];
  readonly stream?: boolean;
  /** Added to the request. */
  readonly body?: JsonObject;
  readonly headers?: Record<string, string>;
  readonly route?: Partial<Extract<NonNullable<ConfigInput['models']>[string], object>>;
  readonly clock?: Clock;
  readonly commitAfterMs?: number;
  readonly heartbeatMs?: number;
}

/** What has become of one request. */
export interface Played {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Buffer;
  readonly text: string;
  /** The body, where it is JSON. */
  readonly body: JsonObject;
  /** What a client reads in the stream, and what in it breaks the contract. */
  readonly reading: Reading;
  /** The line of the access log. */
  readonly line: JsonObject;
  /** The requests to each provider: heads and bodies. */
  readonly requests: readonly (readonly string[])[];
}

/** One request of a client to these providers, through all of the gateway. */
export async function play({
  client,
  parts,
  stream = true,
  body,
  headers,
  route = {},
  ...settings
}: PlaySettings): Promise<Played> {
  let pieces = 0;
  const waiting = new Set<() => void>();
  const shown = async (count: number) => {
    while (pieces < count) await new Promise<void>((resolve) => waiting.add(resolve));
  };
  const servers = await Promise.all(
    parts.map(({ providerStream, says }) => {
      let attempt = 0;
      return rawServer((socket) => {
        if (typeof says === 'function') return says({ socket, attempt: ++attempt, shown });
        socket.end(Buffer.concat([streamHead(providerStream), chunkOf(...says), endOfChunks]));
      });
    }),
  );
  const stack = startStack({
    ...settings,
    config: {
      providers: Object.fromEntries(
        parts.map(({ providerStream }, at) => [
          `p${at}`,
          { kind: providerStream.kind, baseUrl: servers[at]?.url.href, key: { env: 'TEST_KEY' } },
        ]),
      ),
      models: {
        steady: {
          retries: 0,
          ...route,
          targets: parts.map(({ providerStream, prefill = false }, at) => ({
            target: `p${at}/${providerStream.model}`,
            capabilities: { prefill },
          })),
        },
      },
    },
  });
  try {
    const clientRequest = client.ask('steady', stream);
    const response = await stack.post(clientRequest.path, { ...clientRequest.body, ...body }, { ...(headers && { headers }) });
    const read: Uint8Array[] = [];
    for await (const piece of response.body ?? []) {
      read.push(piece);
      pieces++;
      for (const resolve of waiting) resolve();
      waiting.clear();
    }
    await new Promise((resolve) => setImmediate(resolve));
    const bytes = Buffer.concat(read);
    return {
      status: response.status,
      headers: response.headers,
      bytes,
      text: bytes.toString(),
      body: objectOf(parsed(bytes.toString())),
      reading: check(client.dialect, bytes, { showUsage: objectOf(body?.stream_options).include_usage === true }),
      line: objectOf(parsed(stack.log[0] ?? '')),
      requests: servers.map(({ received }) => received),
    };
  } finally {
    await Promise.all(servers.map((server) => server.close()));
  }
}

/** The body of the request that a provider was sent. */
export function bodyOf(request: string | undefined): JsonObject {
  return objectOf(parsed(request?.slice(request.indexOf('\r\n\r\n') + 4) ?? ''));
}

/** Begins a stream with these frames, and leaves it open. */
export function begin(socket: Socket, providerStream: ProviderStream, ...frames: Uint8Array[]): void {
  socket.write(Buffer.concat([streamHead(providerStream), chunkOf(...frames)]));
}

/** Says these frames as a whole stream. */
export function sayAll(socket: Socket, providerStream: ProviderStream, ...frames: Uint8Array[]): void {
  socket.end(Buffer.concat([streamHead(providerStream), chunkOf(...frames), endOfChunks]));
}
