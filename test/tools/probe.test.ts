import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keyDigest } from '../../lib/access/keys.ts';
import { memoryLog } from '../../lib/streams/memory-log.ts';
import { accessFinding } from '../../tools/probe/access.ts';
import { arrivalFindings } from '../../tools/probe/arrivals.ts';
import { type Family, families } from '../../tools/probe/deployment.ts';
import { durableFindings } from '../../tools/probe/durable.ts';
import { type Finding, findingText } from '../../tools/probe/finding.ts';
import { probe } from '../../tools/probe/probe.ts';
import { type Served, serve } from '../support/serve.ts';

const key = 'a-key-of-the-probe';
let served: Served;
beforeAll(async () => {
  served = await serve({ keys: [key], paceMs: 2 });
});
afterAll(() => served.close());

async function probed(deployment: Parameters<typeof probe>[0]): Promise<Finding[]> {
  const findings: Finding[] = [];
  for await (const finding of probe(deployment)) findings.push(finding);
  return findings;
}

const wrong = (findings: readonly Finding[]) => findings.filter(({ holds }) => holds === false).map(({ text }) => text);

describe('the probe', () => {
  test('reports success for a server with keys, for every client family, with the time of each piece', async () => {
    const findings = await probed({ url: served.url, key, model: 'demo/openai/chat' });
    expect(wrong(findings)).toEqual([]);
    const texts = findings.map(({ text }) => text);
    expect(texts.filter((text) => /^ +\d+ ms {2}"/.test(text)).length).toBeGreaterThan(60);
    expect(texts.filter((text) => text === 'the response is complete: stop')).toHaveLength(3);
    expect(texts).toContain('  x-sluice-provider: demo/openai');
  });

  test('reports a public server without keys, but not a dev server on the same machine', async () => {
    const open = await serve();
    try {
      const findings = await probed({ url: open.url, key: 'none', model: 'demo/openai/fast' });
      expect(wrong(findings).filter((text) => text.includes('without a key'))).toEqual([]);
      expect(findings.map(({ text }) => text).join('\n')).toContain('openai: 400 without a key, 400 with a wrong key');
      const statuses = { without: 400, wrong: 400 };
      expect(accessFinding('openai', statuses, 'abc.lambda-url.us-east-1.on.aws').holds).toBe(false);
      expect(accessFinding('openai', { without: 401, wrong: 401 }, 'abc.on.aws').holds).toBe(true);
    } finally {
      await open.close();
    }
  });

  test('reports that a durable stream is read again, replayed, linked and deleted, for every client family', async () => {
    const durable = await serve({ keys: [key], streamLog: memoryLog() });
    try {
      const findings = await probed({ url: durable.url, key, model: 'demo/openai/fast' });
      expect(wrong(findings)).toEqual([]);
      const texts = findings.filter(({ holds }) => holds).map(({ text }) => text);
      for (const part of ['sent again with its Idempotency-Key', 'read again by its id', 'a link reads it', 'it is gone once'])
        expect(
          texts.filter((text) => text.includes(part)),
          part,
        ).toHaveLength(3);
    } finally {
      await durable.close();
    }
  });

  test('reports a store that keeps nothing, and durable streams that are off', async () => {
    const log = { ...memoryLog(), claim: () => Promise.reject(new Error('the table is gone')) };
    const broken = await serve({ keys: [{ id: 'app', sha256: keyDigest(key), models: ['*'] }], streamLog: log });
    const forgetful = await serve({
      keys: [{ id: 'app', sha256: keyDigest(key), models: ['*'], durability: 'none' }],
      streamLog: memoryLog(),
    });
    try {
      const model = 'demo/openai/fast';
      const failing = await durableFindings({ url: broken.url, key }, families[0] as Family, model);
      expect(failing).toEqual([expect.objectContaining({ holds: false, text: expect.stringContaining('503') })]);
      expect(wrong(await durableFindings({ url: forgetful.url, key }, families[0] as Family, model))).toEqual([
        'this answer was not stored',
      ]);
      expect(await durableFindings({ url: served.url, key }, families[0] as Family, model)).toEqual([
        { text: 'durable streams are off' },
      ]);
    } finally {
      await Promise.all([broken.close(), forgetful.close()]);
    }
  });

  test('detects a cut answer', async () => {
    const findings = await probed({ url: served.url, key, model: 'demo/openai/cut' });
    expect(wrong(findings).some((text) => text.startsWith('the response ended with upstream_cut'))).toBe(true);
  });

  test('detects a proxy that rewrites and compresses responses', async () => {
    const proxy = createServer((request, response) => {
      const pieces: Buffer[] = [];
      request.on('data', (piece: Buffer) => pieces.push(piece));
      request.on('end', async () => {
        const { method = 'GET', url = '/', headers } = request;
        const body = method === 'POST' ? { body: Buffer.concat(pieces) } : {};
        const authorization = headers.authorization ?? '';
        const answer = await fetch(served.url + url, { method, headers: { authorization }, ...body });
        response.writeHead(answer.status, {
          'content-type': answer.headers.get('content-type') ?? '',
          'cache-control': 'max-age=60',
        });
        response.end(Buffer.from(await answer.arrayBuffer()));
      });
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = proxy.address() as AddressInfo;
      const findings = await probed({ url: `http://127.0.0.1:${port}`, key, model: 'demo/openai/chat' });
      expect(wrong(findings)).toContain('headers changed on the way: cache-control, x-accel-buffering, x-request-id');
    } finally {
      proxy.close();
    }
  });

  test('says what to do if no server responds', async () => {
    const findings = await probed({ url: 'http://127.0.0.1:9', key });
    expect(wrong(findings)).toEqual([expect.stringMatching(/^http:\/\/127\.0\.0\.1:9 can't be reached/)]);
    expect(findingText({ holds: false, text: 'a', fix: 'Do b.' })).toBe('NO  a\n      Do b.');
  });
});

describe('the arrival of pieces', () => {
  const pieces = (times: number[]) => times.map((at) => ({ at, text: 'x' }));
  const holds = (times: number[], endedAt: number) =>
    arrivalFindings({ pieces: pieces(times), endedAt }).findLast((finding) => finding.holds !== undefined)?.holds;

  test('all at once after a long time means that something buffered them', () => {
    expect(
      holds(
        Array.from({ length: 40 }, (_, index) => 3000 + index),
        3050,
      ),
    ).toBe(false);
  });

  test('spread over the answer, also in bunches, means that they were streamed', () => {
    expect(
      holds(
        Array.from({ length: 40 }, (_, index) => 300 + index * 50),
        2400,
      ),
    ).toBe(true);
    expect(holds([500, 500, 500, 501, 900, 900, 901, 901, 1400, 1400, 1401], 1500)).toBe(true);
  });

  test('of a short answer from a fast model proves nothing', () => {
    expect(
      holds(
        Array.from({ length: 40 }, () => 20),
        25,
      ),
    ).toBe(true);
  });
});
