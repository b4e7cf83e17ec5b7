import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../../lib/emulator/start.ts';
import { eventually } from './raw.ts';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator({ paceMs: 0 });
});
afterAll(() => emulator.close());

const port = () => Number(new URL(emulator.bedrockUrl).port);
const models = () => fetch(`${emulator.openaiUrl}/models`, { headers: { authorization: 'Bearer any' } });

/** What comes back over a socket that sends these bytes one after the other, until it is closed. */
function answerTo(...pieces: string[]): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port(), '127.0.0.1').setNoDelay();
    let received = '';
    socket.on('data', (bytes) => {
      received += bytes.toString('latin1');
    });
    socket.on('error', () => {});
    socket.once('close', () => resolve(received));
    void (async () => {
      for (const piece of pieces) {
        socket.write(piece, 'latin1');
        await new Promise((next) => setTimeout(next, 5));
      }
    })();
  });
}

describe('the front door', () => {
  test('detects the HTTP version however the first bytes are split', async () => {
    const get = 'GET /v1/models HTTP/1.1\r\nhost: x\r\nauthorization: Bearer any\r\nconnection: close\r\n\r\n';
    expect(await answerTo('G', 'E', get.slice(2))).toMatch(/^HTTP\/1.1 200 /);
  });

  test.each([
    ['bytes of no protocol', ['\0\xff\0\xff\r\n\r\n']],
    ['an HTTP/2 start that goes wrong', ['PR', 'I * nonsense\r\n\r\n\0\0\0\0\0\0\0\0\0\0']],
    ['an HTTP/2 start and an absurd frame', ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', '\xff\xff\xff\x04\0\0\0\0\0']],
    ['a header that never ends', [`GET / HTTP/1.1\r\nx: ${'y'.repeat(200_000)}`]],
  ])('%s affect no other connection', async (_what, pieces) => {
    await answerTo(...pieces);
    expect((await models()).status).toBe(200);
  });

  test('listens on loopback only', async () => {
    const others = Object.values(networkInterfaces())
      .flat()
      .flatMap((one) => (one && !one.internal && one.family === 'IPv4' ? [one.address] : []));
    for (const host of others) {
      const refused = await new Promise((resolve) => {
        connect(port(), host)
          .once('connect', () => resolve(false))
          .once('error', () => resolve(true));
      });
      expect(refused).toBe(true);
    }
  });
});

describe('start and close', () => {
  test('a client that disconnects inside its request is recorded as disconnected', async () => {
    const socket = connect(port(), '127.0.0.1');
    socket.write('POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer any\r\ncontent-length: 99\r\n\r\n{"mo');
    const before = emulator.log.length;
    await eventually(() => emulator.log.length > before);
    const record = emulator.log.at(-1);
    socket.destroy();
    await eventually(() => record?.closedByClient === true);
    expect(record?.finished).toBe(false);
  });

  test('a request that is too large is rejected', async () => {
    const response = await fetch(`${emulator.openaiUrl}/chat/completions`, {
      method: 'POST',
      headers: { authorization: 'Bearer any' },
      body: Buffer.alloc((32 << 20) + 1),
    });
    expect(response.status).toBe(413);
  });

  test('tokens arrive at the configured pace', async () => {
    const paced = await startEmulator({ paceMs: 10 });
    const body = JSON.stringify({ model: 'chat', stream: true, max_tokens: 10, messages: [{ role: 'user', content: 'Hi' }] });
    const headers = { authorization: 'Bearer any' };
    const start = performance.now();
    const response = await fetch(`${paced.openaiUrl}/chat/completions`, { method: 'POST', headers, body });
    const opened = performance.now() - start;
    await response.text();
    expect(performance.now() - start).toBeGreaterThan(90);
    expect(opened).toBeLessThan(80);
    await paced.close();
  });

  test('close ends open connections', async () => {
    const other = await startEmulator();
    const body = JSON.stringify({ model: 'silent', messages: [{ role: 'user', content: 'Hi' }] });
    const call = fetch(`${other.openaiUrl}/chat/completions`, { method: 'POST', headers: { authorization: 'Bearer any' }, body });
    const failed = expect(call).rejects.toThrow();
    await eventually(() => other.log.length === 1);
    await other.close();
    await failed;
  });
});
