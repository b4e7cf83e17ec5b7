import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type NodeServer, serveNode } from '../../lib/http/node-server.ts';
import { clientOf, clients } from '../support/clients.ts';
import { extent } from '../support/extent.ts';
import { pairs } from '../support/pairs.ts';
import { messagesStream } from '../support/provider-streams/messages.ts';
import { randomFrom } from '../support/random.ts';
import { secrets } from '../support/stack.ts';
import { type Provided, provided } from './provided.ts';

/** What would be a header of its own, were it written as it is. */
const injected = 'x-injected';
const breaks = [
  '\r\n',
  '\n',
  '\r',
  '\u0000',
  '\u2028',
  '\u010d\u010a',
  '%0d%0a',
  '\\r\\n',
  '\u000b',
  '\u007f',
  '\u0085',
  'é',
  '\ud800',
];
const hostile = breaks.map((lineEnd) => `m${lineEnd}${injected}: 1${lineEnd}${lineEnd}GET /second HTTP/1.1`);

/** The heads of all requests that came over these connections. */
function heads(received: readonly string[]): string[] {
  return received.flatMap((text) => text.match(/^[A-Z]+ \S+ HTTP\/1\.1\r\n(?:[^\r\n]+\r\n)*/gm) ?? []);
}

describe('a name with a line break never becomes a header', () => {
  for (const { providerStream, client } of pairs()) {
    test(`as a model or a member: ${client.dialect} to ${providerStream.name}`, async () => {
      const { stack, provider } = await provided(providerStream);
      for (const text of hostile) {
        const inPath = client.dialect.startsWith('bedrock');
        const model = `first/${text}`;
        const { path, body } = client.ask(inPath ? encodeURIComponent(model.toWellFormed()) : model, true);
        for (const more of [{}, { [text]: 1 }, { user: text }, { service_tier: text }]) {
          const answer = await stack.post(path, { ...body, ...more });
          await answer.arrayBuffer();
          expect(JSON.parse(stack.log.at(-1) ?? '{}').outcome, JSON.stringify([text, more])).not.toBe('gateway_error');
          expect(JSON.parse(stack.log.at(-1) ?? '{}').outcome, JSON.stringify([text, more])).not.toBe('provider_auth_error');
          expect(answer.headers.has(injected)).toBe(false);
          for (const [name, value] of answer.headers) expect(value, name).toMatch(/^[\x20-\x7e]*$/);
        }
      }
      for (const head of heads(provider.received)) {
        expect(head).toMatch(/^POST /);
        expect(head.toLowerCase()).not.toContain(`\r\n${injected}`);
      }
      await provider.close();
    });
  }
});

describe('headers forwarded to a provider of the same dialect', () => {
  let house: Provided;
  let server: NodeServer;
  beforeAll(async () => {
    house = await provided(messagesStream);
    server = await serveNode(house.stack.fetch, { port: 0, hostname: '127.0.0.1' });
  });
  afterAll(async () => {
    await server.close(0);
    await house.provider.close();
  });

  /** Sends this value byte for byte, and resolves with the status line of the answer. */
  async function send(value: string): Promise<string> {
    const { path, body } = clientOf('anthropic-messages').ask('steady', false);
    const text = JSON.stringify(body);
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    socket.on('error', () => {});
    socket.write(
      `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\nx-api-key: ${secrets.clientKey}\r\nconnection: close\r\nanthropic-beta: ${value}\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
      'latin1',
    );
    let received = '';
    for await (const piece of socket) received += piece;
    return received.slice(0, received.indexOf('\r\n'));
  }

  test('stay one header whatever bytes they have', async () => {
    const random = randomFrom('header values');
    const fuzzed = Array.from({ length: extent({ full: 1000, reduced: 60 }) }, () =>
      String.fromCharCode(...Array.from({ length: 1 + Math.floor(random() * 12) }, () => Math.floor(random() * 256))),
    );
    for (const value of [...fuzzed, `a\n ${injected}: 1`, `a\r\n\t${injected}: 1`, '\xff\xfe', '']) {
      const status = await send(value);
      // What Node's own parser refuses never comes to us.
      expect(status, JSON.stringify(value)).toMatch(/^HTTP\/1\.1 (200|400) /);
    }
    for (const head of heads(house.provider.received)) expect(head.toLowerCase()).not.toContain(`\r\n${injected}`);
    expect(house.stack.log.filter((line) => line.includes('gateway_error'))).toEqual([]);
  });

  test('are only those on the list', async () => {
    const before = house.provider.received.length;
    const { path, body } = clientOf('anthropic-messages').ask('steady', false);
    const headers = {
      'anthropic-beta': 'a-beta',
      'anthropic-version': '2023-06-01',
      'anthropic-dangerous': 'x',
      cookie: 'c=1',
      dnt: '1',
    };
    expect((await house.stack.post(path, body, { headers })).status).toBe(200);
    const sent = heads(house.provider.received.slice(before))[0]
      ?.split('\r\n')
      .slice(1)
      .map((line) => line.split(':')[0]?.toLowerCase());
    expect(sent?.filter(Boolean).sort()).toEqual([
      'accept',
      'accept-encoding',
      'anthropic-beta',
      'anthropic-version',
      'connection',
      'content-length',
      'content-type',
      'host',
      'x-api-key',
    ]);
    expect(house.provider.received.slice(before).join()).not.toContain(secrets.clientKey);
  });
});

test('a provider’s response headers are not forwarded', async () => {
  const { stack, provider } = await provided(
    messagesStream,
    {},
    {},
    (socket) =>
      void socket.end(
        [
          'HTTP/1.1 429 Any',
          'connection: close',
          'content-type: application/json',
          'retry-after: 9\t7',
          'set-cookie: a=b',
          `${injected}: 1`,
          'x-request-id: theirs',
          'access-control-allow-origin: *',
          'content-length: 2',
          '',
          '{}',
        ].join('\r\n'),
      ),
  );
  for (const client of clients) {
    const { path, body } = client.ask('steady', true);
    const answer = await stack.post(path, body);
    expect(answer.headers.get('x-request-id')).toMatch(/^req_\w+$/);
    for (const name of [injected, 'set-cookie', 'access-control-allow-origin']) expect(answer.headers.has(name)).toBe(false);
    expect(answer.headers.get('retry-after') ?? '0').toMatch(/^\d+$/);
  }
  await provider.close();
});
