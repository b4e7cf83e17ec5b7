import { readdirSync } from 'node:fs';
import type { Hono } from 'hono';
import { describe, expect, test } from 'vitest';
import { consoleFiles } from '../../functions/console/development-files.ts';
import { keyDigest } from '../../lib/access/keys.ts';
import { createSluice, type Sluice } from '../../lib/app/sluice.ts';
import { checkConfig } from '../../lib/config/load-config.ts';
import { randomFrom } from '../support/random.ts';
import { scriptProvider } from '../support/script-provider.ts';

const key = 'key-of-a-good-client';
const other = 'key-of-another-good-client';
const wrong = 'key-of-nobody-at-all';

const lines: string[] = [];
const sluice = createSluice({
  config: checkConfig({}, 'the test'),
  file: 'the test',
  providers: new Map([['lab', scriptProvider('lab')]]),
  keys: [key, other].map((text, index) => ({ id: `key-${index}`, sha256: keyDigest(text), models: ['*'] })),
  log: (line) => lines.push(line),
});

/** Who may not ask; AWS's own word for it is 403. */
const refusals = [401, 403];

/** Every function that there is, found by its folder. */
const folders = readdirSync('functions', { withFileTypes: true }).filter((entry) => entry.isDirectory());
const apps = await Promise.all(
  folders.map(async ({ name }): Promise<[string, Hono]> => {
    const module = (await import(`../../functions/${name}/app.ts`)) as Record<
      string,
      (made: Sluice | { sluice: Sluice; load: typeof consoleFiles }) => Hono
    >;
    const make = module[`${name}App`];
    if (!make) throw new Error(`functions/${name}/app.ts has no ${name}App`);
    // The console's page needs no key. Its API authenticates like the gateway.
    return [name, make(name === 'console' ? { sluice, load: consoleFiles } : sluice)];
  }),
);

/** Every route of every function, with something in the place of its parameters. */
const routes = apps.flatMap(([name, app]) =>
  app.routes
    // Middleware for all routes is no route of its own.
    .filter(({ method, path }) => method !== 'ALL' || path !== '/*')
    .map(({ method, path }) => ({
      title: `${name}: ${method} ${path}`,
      app,
      method,
      path: path.replace(/:\w+(?:\{[^}]*\})?/g, 'some-model'),
    })),
);

/** What needs no key: health checks, the API document, and the console's page. */
const openPaths = ['/', '/docs', '/v1/health', '/v1/openapi.json', '/console/*'];
const open = routes.filter(({ method, path }) => method === 'GET' && openPaths.includes(path));
const guarded = routes.filter((route) => !open.includes(route));

type Ask = Pick<(typeof routes)[number], 'app' | 'method' | 'path'>;

function ask({ app, method, path }: Ask, headers: Record<string, string> = {}): Promise<Response> {
  const body = method === 'POST' ? { body: '{}' } : {};
  return Promise.resolve(app.request(`http://127.0.0.1${path}`, { method, headers, ...body }));
}

/** Ways to send keys, and whether they are accepted. */
const carriers: [how: string, headers: Record<string, string>, letsIn: boolean][] = [
  ['no key', {}, false],
  ['Bearer', { authorization: `Bearer ${key}` }, true],
  ['bearer', { authorization: `bearer ${key}` }, true],
  ['x-api-key', { 'x-api-key': key }, true],
  ['api-key', { 'api-key': key }, true],
  ['the same key thrice', { authorization: `Bearer ${key}`, 'x-api-key': key, 'api-key': key }, true],
  ['Basic', { authorization: `Basic ${Buffer.from(`x:${key}`).toString('base64')}` }, false],
  ['a bare authorization', { authorization: key }, false],
  ['a wrong Bearer', { authorization: `Bearer ${wrong}` }, false],
  ['a wrong x-api-key', { 'x-api-key': wrong }, false],
  ['a wrong api-key', { 'api-key': wrong }, false],
  ['Bearer and a wrong x-api-key', { authorization: `Bearer ${key}`, 'x-api-key': wrong }, false],
  ['a wrong Bearer and x-api-key', { authorization: `Bearer ${wrong}`, 'x-api-key': key }, false],
  ['a wrong Bearer and api-key', { authorization: `Bearer ${wrong}`, 'api-key': key }, false],
  ['x-api-key and a wrong api-key', { 'x-api-key': key, 'api-key': wrong }, false],
  ['two good keys', { authorization: `Bearer ${key}`, 'x-api-key': other }, false],
  ['a cookie', { cookie: `key=${key}; authorization=Bearer ${key}` }, false],
  ['x-goog-api-key', { 'x-goog-api-key': key }, false],
  ['x-forwarded-authorization', { 'x-forwarded-authorization': `Bearer ${key}` }, false],
  ['proxy-authorization', { 'proxy-authorization': `Bearer ${key}` }, false],
  [
    'a signature without any',
    { authorization: `AWS4-HMAC-SHA256 Credential=${key}/20260101/us-east-1/bedrock/aws4_request` },
    false,
  ],
  [
    'a signature by nobody',
    {
      authorization: `AWS4-HMAC-SHA256 Credential=${wrong}/20260101/us-east-1/bedrock/aws4_request, SignedHeaders=host, Signature=${'0'.repeat(64)}`,
    },
    false,
  ],
];

describe('every route of every function', () => {
  test('requires a key, except for health checks', () => {
    expect(new Set(open.map(({ path }) => path))).toEqual(new Set(openPaths));
    expect(guarded.length).toBeGreaterThan(10);
  });

  test.each(guarded.map((route) => [route.title, route] as const))(
    '%s decides the same for every way to send the key',
    async (_, route) => {
      for (const [how, headers, letsIn] of carriers) {
        const { status } = await ask(route, headers);
        if (letsIn) expect([200, 400, 404], how).toContain(status);
        else expect(refusals, how).toContain(status);
      }
    },
  );

  /** Other ways to write a path, none of which may lead around the decision. */
  const rewritten: ((path: string) => string)[] = [
    (path) => `/${path}`,
    (path) => `${path}/`,
    (path) => path.replace('/v1', ''),
    (path) => `/v1${path}`,
    (path) => `/api${path}`,
    (path) => path.replace(/[a-z](?=[^/]*$)/, (letter) => `%${letter.charCodeAt(0).toString(16)}`),
    (path) => `/v1/health/..${path}`,
    (path) => `/v1/health/%2e%2e${path}`,
    (path) => `${path};/v1/health`,
    (path) => `${path}?/v1/health`,
    (path) => `${path}#/v1/health`,
    (path) => path.toUpperCase(),
    (path) => `${path}?key=${key}&api_key=${key}&access_token=${key}`,
  ];
  test.each(guarded.map((route) => [route.title, route] as const))(
    '%s can’t be reached around authentication',
    async (_, route) => {
      for (const rewrite of rewritten) {
        const path = rewrite(route.path);
        expect([...refusals, 404, 405], path).toContain((await ask({ ...route, path })).status);
      }
      for (const method of ['HEAD', 'OPTIONS', 'PUT', 'DELETE', 'PATCH']) {
        expect([...refusals, 404, 405], method).toContain((await ask({ ...route, method })).status);
      }
    },
  );

  test.each(guarded.filter(({ method }) => method === 'POST').map((route) => [route.title, route] as const))(
    '%s reads nothing of an unauthenticated body',
    async (_, { app, path }) => {
      for (const [how, headers, letsIn] of carriers.filter(([, , good]) => !good)) {
        let read = 0;
        const body = new ReadableStream({ pull: () => void read++ }, { highWaterMark: 0 });
        const request = new Request(`http://127.0.0.1${path}`, { method: 'POST', headers, body, duplex: 'half' } as RequestInit);
        // The key of a signed request is decided before its signature, for which the body is needed.
        if (how === 'a signature without any') continue;
        expect(refusals, how).toContain((await app.fetch(request)).status);
        expect(read, `${how} ${letsIn}`).toBe(0);
      }
    },
  );
});

describe('texts that are not keys', () => {
  const random = randomFrom('keys');
  const anything = () =>
    String.fromCharCode(
      ...Array.from({ length: 1 + Math.floor(random() * 60) }, () => 0x20 + Math.floor(random() * 0xdf)).filter(
        (code) => code !== 0x7f,
      ),
    );
  // biome-ignore format: a list to be read as one
  const near = [
    keyDigest(key), key.slice(1), `${key}x`, `x${key}`, key.toUpperCase(), `"${key}"`, `${key},${key}`, `${key}, ${other}`, `${key};`,
    `Bearer ${key}`, encodeURIComponent(`${key}/`), Buffer.from(key).toString('base64'), key.replace('key', 'k%65y'),
  ];
  // biome-ignore format: a list to be read as one
  const known = [
    "' OR '1'='1", "'; DROP TABLE keys; --", '" OR ""="', '#{7*7}', '{{7*7}}', '`id`', '$(id)', '../../etc/passwd', '%00', '%0d%0a',
    '__proto__', 'constructor', 'hasOwnProperty', 'undefined', 'null', 'true', '0', '*', '[object Object]', '<script>alert(1)</script>',
    'a'.repeat(1 << 20), ' '.repeat(1000), '\u00e9'.repeat(100), '(a+)+$', `${'='.repeat(5000)}!`,
  ];
  const texts = [...near, ...known, ...Array.from({ length: 1000 }, anything)];

  test(`are rejected alike, never quoted, and in constant time: ${texts.length} of them`, async () => {
    const route = guarded.find(({ method }) => method === 'POST');
    if (!route) throw new Error('there is no route to ask');
    lines.length = 0;
    const answers = new Set<string>();
    const started = performance.now();
    for (const text of texts) {
      for (const [name, value] of [
        ['authorization', `Bearer ${text}`],
        ['x-api-key', text],
        ['api-key', text],
      ] as const) {
        const answer = await ask(route, { [name]: value });
        expect(answer.status, text.slice(0, 100)).toBe(401);
        answers.add((await answer.text()).replaceAll(answer.headers.get('x-request-id') ?? '', 'id'));
      }
    }
    expect((performance.now() - started) / texts.length).toBeLessThan(50);
    // No header, `Bearer` without a key, or an unknown key. The message depends on nothing else in the text.
    expect(answers.size).toBeLessThanOrEqual(3);
    expect(lines).toHaveLength(texts.length * 3);
    const log = lines.join('\n');
    for (const text of [...near, ...known.filter(({ length }) => length > 8)]) expect(log).not.toContain(text);
  });
});
