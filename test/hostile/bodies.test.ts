import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type NodeServer, serveNode } from '../../lib/http/node-server.ts';
import { clients } from '../support/clients.ts';
import { chatStream } from '../support/provider-streams/chat.ts';
import { secrets } from '../support/stack.ts';
import { type Provided, provided } from './provided.ts';

const limit = 64 * 1024;
const path = '/v1/chat/completions';

let house: Provided;
let server: NodeServer;
beforeAll(async () => {
  house = await provided(chatStream, { bodyLimit: '64kb' });
  server = await serveNode(house.stack.fetch, { port: 0, hostname: '127.0.0.1' });
});
afterAll(async () => {
  await server.close(0);
  await house.provider.close();
});

/** A body of exactly so many bytes that is a good question. */
function sized(bytes: number): string {
  const body = (said: string) => JSON.stringify({ model: 'steady', messages: [{ role: 'user', content: said }] });
  return body('x'.repeat(bytes - body('').length));
}

/** Sends these bytes as they are, and resolves with all that comes back until the server or a moment ends it. */
function send(headers: readonly string[], body: string | Uint8Array, leaves = false): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  const head = [`POST ${path} HTTP/1.1`, 'host: 127.0.0.1', `authorization: Bearer ${secrets.clientKey}`, ...headers, '', ''];
  let received = '';
  socket.on('data', (bytes) => {
    received += bytes.toString();
    if (received.includes('\r\n\r\n')) setTimeout(() => socket.destroy(), 100);
  });
  socket.on('error', () => {});
  socket.on('close', () => resolve(received));
  socket.write(head.join('\r\n'));
  socket.write(body);
  if (leaves) socket.end();
  return promise;
}

const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);
const chunked = (body: string) => `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
const lengthOf = (body: string | Uint8Array) => `content-length: ${body.length}`;

describe('the size limit of a body', () => {
  const bomb = gzipSync(Buffer.alloc(limit * 200, 0x20));
  const cases: [what: string, headers: string[], body: string | Uint8Array, statuses: number[]][] = [
    ['as large as it may be', [lengthOf(sized(limit))], sized(limit), [200]],
    ['as large as it may be, in chunks', ['transfer-encoding: chunked'], chunked(sized(limit)), [200]],
    ['a byte more', [lengthOf(sized(limit + 1))], sized(limit + 1), [413]],
    ['a byte more, in chunks that tell no length', ['transfer-encoding: chunked'], chunked(sized(limit + 1)), [413]],
    ['a promise of more, and nothing sent', [`content-length: ${limit + 1}`], '', [413]],
    // What follows the promised bytes is a request of its own, and none that can be read.
    ['a promise of less than is sent', ['content-length: 20'], sized(limit * 4), [400]],
    ['two lengths', ['content-length: 5', 'content-length: 9'], '{"a":1}', [400]],
    ['a length and chunks', ['content-length: 5', 'transfer-encoding: chunked'], chunked('{"a":1}'), [400]],
    ['a length that is none', ['content-length: many'], '{"a":1}', [400]],
    ['a length below zero', ['content-length: -1'], '{"a":1}', [400]],
    ['a bomb of gzip', ['content-encoding: gzip', lengthOf(bomb)], bomb, [413]],
  ];
  test.each(cases)('%s', async (_what, headers, body, statuses) => {
    expect(statuses).toContain(statusOf(await send(headers, body)));
  });

  test('a client that breaks off inside its body is logged as disconnected', async () => {
    const before = house.stack.log.length;
    await send(['content-length: 60000'], sized(1000), true);
    await expect.poll(() => house.stack.log.length).toBeGreaterThan(before);
    expect(JSON.parse(house.stack.log.at(-1) ?? '')).toMatchObject({ outcome: 'client_closed' });
  });

  test('doesn’t affect other clients', async () => {
    expect(statusOf(await send([lengthOf(sized(300))], sized(300)))).toBe(200);
  });
});

describe('megabytes of one repeated character', () => {
  const megabytes = 4 * 1024 * 1024;
  const filled = (text: string) => text.repeat(megabytes / text.length);
  const bodies: [what: string, body: string][] = [
    ['opening brackets', filled('[')],
    ['nested objects', filled('{"a":')],
    ['nested lists in an object', `{"model":${filled('[')}`],
    ['quotes', filled('"')],
    ['backslashes in text', `{"model":"${filled('\\')}`],
    ['digits', `{"model":${filled('9')}`],
    ['digits of an exponent', `{"model":1e${filled('9')}}`],
    ['spaces', filled(' ')],
    ['commas', `[${filled(',')}`],
    ['NULs', filled('\0')],
    ['members', `{${Array.from({ length: 50_000 }, (_, at) => `"k${at}":1`).join()}}`],
    ['one member again and again', `{${'"model":"x",'.repeat(300_000)}"model":5}`],
    ['one name', `{"model":"${filled('x')}"}`],
    ['slashes in a name', `{"model":"${filled('/')}"}`],
    ['messages', `{"model":"steady","messages":[${'{},'.repeat(400_000)}{}]}`],
    ['tools', `{"model":"steady","messages":[{"role":"user","content":"x"}],"tools":[${'1,'.repeat(1_000_000)}1]}`],
  ];

  // Each takes a few tens of milliseconds on an idle machine.
  const allowedMs = 2_000;
  let large: Provided;
  beforeAll(async () => {
    large = await provided(chatStream, { bodyLimit: '16mb' });
  });
  afterAll(() => large.provider.close());

  test.each(bodies)('%s are rejected quickly', async (_what, body) => {
    for (const client of clients) {
      const { path } = client.ask('steady', true);
      const started = performance.now();
      const request = new Request(`http://127.0.0.1${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${secrets.clientKey}` },
        body,
      });
      const answer = await large.stack.fetch(request);
      const answerText = await answer.text();
      expect([200, 400, 404], `${client.dialect}: ${answerText.slice(0, 200)}`).toContain(answer.status);
      expect(performance.now() - started, client.dialect).toBeLessThan(allowedMs);
      // Nobody is sent megabytes for having sent megabytes, and no line of the log is long.
      expect(answerText.length, client.dialect).toBeLessThan(10_000);
      expect(large.stack.log.at(-1)?.length).toBeLessThan(4_000);
      expect(Object.keys(Object.prototype)).toEqual([]);
    }
  });
});
