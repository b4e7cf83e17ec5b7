import { expect, test } from 'vitest';
import { allFunctions } from '../../functions/all.ts';
import { keyDigest } from '../../lib/access/keys.ts';
import { createSluice } from '../../lib/app/sluice.ts';
import { configuredStreams } from '../../lib/app/streams.ts';
import { awsAccess } from '../../lib/aws/access.ts';
import { checkConfig } from '../../lib/config/load-config.ts';
import { demoProviders } from '../../lib/emulator/demo-providers.ts';
import { serveNode } from '../../lib/http/node-server.ts';
import { processClock } from '../../lib/time/clock.ts';
import { alice, chat, eventsIn, readPart, words } from '../support/durable-gateways.ts';

test('a server that shuts down first finishes the answers whose clients have left', { timeout: 120_000 }, async () => {
  const demo = await demoProviders({ paceMs: 25 });
  const config = checkConfig({ streams: { store: 'memory' } }, 'the test');
  const clock = processClock();
  const lines: string[] = [];
  const log = (line: string) => lines.push(line);
  const sluice = createSluice({
    config,
    file: 'the test',
    clock,
    log,
    providers: demo.providers,
    keys: [{ id: 'alice', sha256: keyDigest('key-of-alice'), models: ['*'] }],
    streams: configuredStreams(config.streams, { access: awsAccess({}, clock), table: undefined, clock, log }),
  });
  const functions = allFunctions(sluice);
  const server = await serveNode(functions, { port: 0, hostname: '127.0.0.1' });
  const headers = { ...alice, 'content-type': 'application/json' };
  // Takes longer than the background work of other requests may.
  const text = words(110);
  const body = JSON.stringify(chat(text));
  const leaving = new AbortController();
  const options = { method: 'POST', headers, body, signal: leaving.signal };
  const response = await fetch(`${server.url}/v1/chat/completions`, options);
  await readPart(response, 300, leaving);
  await server.close(60_000);
  // The log line of the answer is written when it has ended.
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ outcome: 'ok', stream_role: 'created' }]);

  const id = response.headers.get('x-sluice-stream');
  const read = await functions(new Request(`http://127.0.0.1/v1/streams/${id}`, { headers: alice }));
  const stored = await read.text();
  await demo.close();
  expect([...stored.matchAll(/"content":"([^"]*)"/g)].map(([, piece]) => piece).join('')).toBe(text);
  expect(eventsIn(stored).at(-1)).toBe('data: [DONE]\n\n');
});
