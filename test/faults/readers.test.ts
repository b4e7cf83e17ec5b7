import { once } from 'node:events';
import http, { type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { type NodeServer, serveNode } from '../../lib/http/node-server.ts';
import { check } from '../support/checker/check.ts';
import type { Client } from '../support/clients.ts';
import { chunkOf, endOfChunks, streamHead } from '../support/http-bytes.ts';
import { pairs } from '../support/pairs.ts';
import { type ProviderStream, wholeAnswer } from '../support/provider-streams/provider-stream.ts';
import { type RawServer, rawServer } from '../support/raw-server.ts';
import { type Stack, secrets, startStack } from '../support/stack.ts';
import { objectOf, parsed } from '../support/truth/truth.ts';
import { texts } from './fault.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

/** The gateway as a server of its own, in front of a provider that behaves so. */
async function served(providerStream: ProviderStream, behave: (socket: Socket, request: string) => void | Promise<void>) {
  const provider: RawServer = await rawServer(behave);
  const stack: Stack = startStack({
    config: {
      providers: { first: { kind: providerStream.kind, baseUrl: provider.url.href, key: { env: 'TEST_KEY' } } },
      models: { steady: { targets: [`first/${providerStream.model}`] } },
    },
  });
  const gateway: NodeServer = await serveNode(stack.fetch, { port: 0, hostname: '127.0.0.1' });
  open.push({ close: () => gateway.close(0) }, provider);
  return { provider, stack, url: gateway.url };
}

/** A request over its own socket, which reads only on command. */
function asked(url: string, client: Client): http.ClientRequest {
  const { path, body } = client.ask('steady', true);
  const request = http.request(`${url}${path}`, {
    method: 'POST',
    agent: false,
    headers: { 'content-type': 'application/json', authorization: `Bearer ${secrets.clientKey}` },
  });
  request.on('error', () => {});
  request.end(JSON.stringify(body));
  return request;
}

async function until(so: () => boolean, withinMs: number): Promise<number> {
  const start = performance.now();
  while (!so() && performance.now() - start < withinMs) await new Promise((resolve) => setTimeout(resolve, 5));
  return performance.now() - start;
}

/** The number, once it has not changed for a fifth of a second. */
async function settled(number: () => number): Promise<number> {
  for (let last = -1; last !== number(); ) {
    last = number();
    await until(() => number() !== last, 200);
  }
  return number();
}

describe('a client that does not read (42)', () => {
  /** More than all the buffers between the provider and the reader could hold. */
  const events = 1_500;
  const words = 'y'.repeat(30_000);

  for (const { providerStream, client } of pairs(1)) {
    test(`applies backpressure to the provider, and misses nothing when it reads again; ${providerStream.name} for ${client.dialect}`, async () => {
      let sent = 0;
      const { url, stack } = await served(providerStream, async (socket) => {
        const { finish, usage, terminator } = providerStream.stop;
        const piece = chunkOf(providerStream.text(words));
        socket.write(Buffer.concat([streamHead(providerStream), chunkOf(providerStream.envelope)]));
        const gone = once(socket, 'close');
        for (; sent < events; sent++) if (!socket.write(piece)) await Promise.race([once(socket, 'drain'), gone]);
        socket.end(Buffer.concat([chunkOf(finish, usage, terminator), endOfChunks]));
      });
      const [answer] = (await once(asked(url, client), 'response')) as [IncomingMessage];
      answer.pause();
      const held = await settled(() => sent);
      expect(held).toBeLessThan(events);

      let size = 0;
      for await (const piece of answer) size += piece.length;
      expect(sent).toBe(events);
      expect(size).toBeGreaterThan(events * words.length);
      await until(() => stack.log.length > 0, 1_000);
      expect(objectOf(parsed(stack.log[0] ?? ''))).toMatchObject({ outcome: 'ok' });
    });
  }
});

describe('a client that disconnects (43)', () => {
  /** Ten times the bound that is promised. */
  const boundMs = 1_000;

  for (const { providerStream, client } of pairs(2)) {
    for (const moment of ['before the first byte', 'in the middle']) {
      test(`closes the request to the provider, ${moment}; ${providerStream.name} for ${client.dialect}`, async () => {
        const { url, stack, provider } = await served(providerStream, (socket) => {
          if (moment === 'in the middle')
            socket.write(
              Buffer.concat([streamHead(providerStream), chunkOf(providerStream.envelope, providerStream.text(texts[0]))]),
            );
        });
        const request = asked(url, client);
        if (moment === 'in the middle') await once(request, 'response');
        else await until(() => provider.received.length > 0, boundMs);
        request.destroy();
        expect(await until(() => provider.closed === 1, boundMs), 'milliseconds').toBeLessThan(boundMs);
        await until(() => stack.log.length > 0, boundMs);
        expect(stack.log).toHaveLength(1);
        expect(objectOf(parsed(stack.log[0] ?? ''))).toMatchObject({ outcome: 'client_closed', fault_source: 'client' });
      });
    }
  }
});

describe('parallel streams (45)', () => {
  const streams = 30;

  for (const { providerStream, client } of pairs(3)) {
    test(`never mix; ${providerStream.name} for ${client.dialect}`, async () => {
      const ownText = (name: string) => Array.from({ length: 40 }, (_, at) => `${name}-${at} `);
      const { stack } = await served(providerStream, async (socket, request) => {
        const name = /stream-\d+/.exec(request)?.[0] ?? '';
        socket.write(streamHead(providerStream));
        for (const frame of wholeAnswer(providerStream, ...ownText(name))) {
          socket.write(chunkOf(frame));
          await new Promise((resolve) => setImmediate(resolve));
        }
        socket.end(endOfChunks);
      });
      await Promise.all(
        Array.from({ length: streams }, async (_, at) => {
          const name = `stream-${at}`;
          const { path, body } = client.ask('steady', true, name);
          const response = await stack.post(path, body);
          const { violations, truth } = check(client.dialect, Buffer.from(await response.arrayBuffer()), {
            expectError: false,
          });
          expect(violations).toEqual([]);
          expect(truth.text).toBe(ownText(name).join(''));
        }),
      );
      expect(new Set(stack.log.map((line) => objectOf(parsed(line)).request_id)).size).toBe(streams);
    });
  }
});
