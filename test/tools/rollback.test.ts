import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { verifySigV4 } from '../../lib/access/sigv4.ts';
import { checkConfig } from '../../lib/config/load-config.ts';
import { credentials } from '../../lib/emulator/credentials.ts';
import { rollback } from '../../tools/deploy/rollback.ts';

/** Aliases and versions as Lambda has them, two versions a page. It refuses what is not signed well. */
let aliases: Record<string, string>;
let published: Record<string, number[]>;
let server: Server;

beforeEach(() => {
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  aliases = { 'sluice-openai': '12', 'sluice-anthropic': '11', 'sluice-bedrock': '3' };
  published = { 'sluice-openai': [9, 10, 12], 'sluice-anthropic': [9, 10, 11], 'sluice-bedrock': [2, 3, 4] };
});
beforeAll(async () => {
  server = createServer(async (request, response) => {
    const body = await text(request);
    const [path = '', query = ''] = (request.url ?? '').split('?');
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    const secretFor = (id: string) => (id === credentials.accessKeyId ? credentials.secretAccessKey : undefined);
    const verdict = verifySigV4(
      { method: request.method ?? '', path, query, headers, body },
      { secretFor, now: Date.now(), maxSkewMs: 300_000 },
    );
    const [, name = '', rest] = /^\/2015-03-31\/functions\/([^/]+)\/(.+)$/.exec(path) ?? [];
    const answer = (status: number, value: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    if ('refusal' in verdict) return answer(403, { message: verdict.refusal.message });
    if (!aliases[name]) return answer(404, { Message: `Function not found: ${name}` });
    if (rest === 'versions') {
      const from = Number(new URLSearchParams(query).get('Marker') ?? 0);
      const all = ['$LATEST', ...(published[name] ?? [])];
      const more = from + 2 < all.length ? { NextMarker: String(from + 2) } : {};
      return answer(200, { Versions: all.slice(from, from + 2).map((Version) => ({ Version: String(Version) })), ...more });
    }
    if (request.method === 'PUT') aliases[name] = JSON.parse(body).FunctionVersion;
    return answer(200, { FunctionVersion: aliases[name] });
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
});
afterAll(() => void server.close());

const run = (config: object = {}) =>
  rollback(
    checkConfig(config, 'test'),
    {
      AWS_REGION: 'us-east-1',
      AWS_ENDPOINT_URL_LAMBDA: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    },
    [],
  );

describe('npm run deploy -- rollback', () => {
  test('points every URL to its previous version', async () => {
    expect(await run()).toBe(0);
    expect(aliases).toEqual({ 'sluice-openai': '10', 'sluice-anthropic': '10', 'sluice-bedrock': '2' });
  });

  test('changes nothing if one URL has no previous version', async () => {
    published['sluice-bedrock'] = [3];
    const before = { ...aliases };
    await expect(run()).rejects.toThrow('sluice-bedrock has no version before 3. Nothing was changed.');
    expect(aliases).toEqual(before);
  });

  test('repeats Lambda’s error for an unknown stack', async () => {
    await expect(run({ stack: { name: 'other' } })).rejects.toThrow('Function not found: other-openai');
  });

  test('says how to go back without versions', async () => {
    await expect(run({ stack: { webFunctions: true } })).rejects.toThrow('git checkout <commit>');
  });
});
