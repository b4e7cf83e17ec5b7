import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../lib/stream/json.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-dev-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The dev server like `npm start` runs it, in its own process and on a free port by default. */
class DevServer {
  readonly #child;
  stdout = '';
  stderr = '';
  readonly exit: Promise<number | null>;

  constructor(environment: Record<string, string> = {}) {
    const { PATH = '', HOME = '' } = process.env;
    this.#child = spawn(process.execPath, ['functions/dev.ts'], {
      env: { PATH, HOME, PORT: '0', SLUICE_ENV_FILE: '', ...environment },
    });
    this.#child.stdout.on('data', (bytes) => {
      this.stdout += bytes;
    });
    this.#child.stderr.on('data', (bytes) => {
      this.stderr += bytes;
    });
    this.exit = once(this.#child, 'close').then(([code]) => code);
  }

  /** Its URL, once it prints that it is listening. */
  async listening(): Promise<string> {
    for (;;) {
      const url = /listening on (\S+)[\s\S]*curl -N/.exec(this.stderr)?.[1];
      if (url) return url;
      await Promise.race([
        once(this.#child.stderr, 'data'),
        this.exit.then((code) => Promise.reject(new Error(`exit ${code}: ${this.stderr}`))),
      ]);
    }
  }

  stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    this.#child.kill(signal);
    return this.exit;
  }
}

const running: DevServer[] = [];
function start(environment?: Record<string, string>): DevServer {
  const server = new DevServer(environment);
  running.push(server);
  return server;
}
afterEach(() => Promise.all(running.splice(0).map((server) => server.stop('SIGKILL'))));

/** Every curl in this text, as the request it makes. */
function curls(text: string): { url: string; headers: Record<string, string>; body: string }[] {
  const commands = text.replaceAll('\\\n', ' ').match(/^ *curl .*$/gm) ?? [];
  return commands.map((command) => ({
    url: /\shttp\S+/.exec(command)?.[0].trim() ?? '',
    headers: Object.fromEntries([...command.matchAll(/-H '([^:]+): ([^']*)'/g)].map(([, name, value]) => [name, value])),
    body: /-d '([^']*)'/.exec(command)?.[1] ?? '',
  }));
}

describe('the dev server', () => {
  test('starts without an account or a key, and serves the curl commands that it and the README print', async () => {
    const server = start();
    const origin = await server.listening();
    const printed = curls(server.stderr);
    const documented = curls(readFileSync('README.md', 'utf8'));
    expect(printed).toHaveLength(1);
    expect(documented.length).toBeGreaterThan(1);
    for (const { url, headers, body } of [...printed, ...documented]) {
      const answer = await fetch(url.replace('http://127.0.0.1:8787', origin), { method: 'POST', headers, body });
      const text = await answer.text();
      expect([url, answer.status, answer.headers.get('content-type')]).toEqual([url, 200, 'text/event-stream; charset=utf-8']);
      expect(text).toMatch(/^(data|event): /);
      expect(text).toMatch(body.includes('cut@5') ? /event: error\ndata: .*\n\n$/ : /data: \[DONE\]\n\n$/);
    }
    expect(await server.stop()).toBe(0);
    const lines = server.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as JsonObject);
    expect(lines.map(({ outcome }) => outcome)).toEqual(
      [...printed, ...documented].map(({ body }) => (body.includes('cut@5') ? 'upstream_cut' : 'ok')),
    );
  });

  test('prints base URLs, key, providers and models', async () => {
    const server = start({ OPENAI_API_KEY: 'sk-nothing-real-1234' });
    const url = await server.listening();
    expect(server.stderr).toContain(`OpenAI clients      base URL ${url}/v1\n`);
    expect(server.stderr).toContain(`Anthropic clients   base URL ${url}\n`);
    expect(server.stderr).toContain('any text (SLUICE_KEYS is not set');
    expect(server.stderr).toMatch(/Providers +openai\/<model>/);
    expect(server.stderr).not.toContain('sk-nothing');
  });

  test('requires a key with SLUICE_KEYS', async () => {
    const server = start({ SLUICE_KEYS: 'first-key-1,second-key-2' });
    const url = await server.listening();
    const status = async (headers: Record<string, string>) => (await fetch(`${url}/v1/models`, { headers })).status;
    expect(await status({})).toBe(401);
    expect(await status({ 'x-api-key': 'second-key-2' })).toBe(200);
    expect(server.stderr + server.stdout).not.toContain('second-key-2');
  });

  test('lets a running stream end on Ctrl-C and exits with 0', async () => {
    const server = start();
    const url = await server.listening();
    const body = JSON.stringify({
      model: 'demo/openai/chat',
      max_tokens: 8,
      stream: true,
      messages: [{ role: 'user', content: 'Hi' }],
    });
    const answer = await fetch(`${url}/v1/chat/completions`, { method: 'POST', body });
    const stopped = server.stop('SIGINT');
    expect(await answer.text()).toMatch(/data: \[DONE\]\n\n$/);
    expect(await stopped).toBe(0);
    expect(server.stderr).toContain('Stopping');
  });
});

describe('prints one clear sentence for a startup error and exits with 1', () => {
  const write = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const cases: [what: string, environment: () => Record<string, string>, sentence: RegExp][] = [
    [
      'a port that is no port',
      () => ({ PORT: 'many' }),
      /^environment: PORT: expected a port from 0 to 65535, found "many"\. .+\n$/,
    ],
    [
      'a base URL that is our own',
      () => ({ PORT: '8787', OPENAI_BASE_URL: 'http://127.0.0.1:8787/v1' }),
      /^environment: OPENAI_BASE_URL: .+\n$/,
    ],
    [
      'a configuration that is no JSON',
      () => ({ SLUICE_CONFIG: write('no.json', '{') }),
      /^\S+no\.json: line 1, column 2: expected a name.+\n$/,
    ],
    [
      'a name that nobody knows',
      () => ({ SLUICE_CONFIG: write('unknown.json', '{"modles":{}}') }),
      /^\S+unknown\.json: modles: .+Did you mean `models`\?\n$/,
    ],
    [
      'a target without its provider',
      () => ({ SLUICE_CONFIG: write('target.json', '{"models":{"a":"nobody/x"}}') }),
      /^\S+target\.json: .*"nobody\/x".*\n$/,
    ],
  ];
  test.each(cases)('%s', async (_what, environment, sentence) => {
    const server = start(environment());
    expect(await server.exit).toBe(1);
    expect(server.stderr).toMatch(sentence);
    expect(server.stderr).not.toMatch(/\n\s+at /);
  });

  test('a port in use', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const server = start({ PORT: String((other.address() as AddressInfo).port) });
    expect(await server.exit).toBe(1);
    expect(server.stderr).toMatch(/^environment: PORT: expected a free port, found one in use\. .+\n$/);
    other.close();
  });
});
