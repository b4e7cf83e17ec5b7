import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { npm } from '../../tools/pack/npm.ts';
import { type Packed, packClient } from '../../tools/pack/pack-client.ts';
import { type Served, serve } from '../support/serve.ts';

const run = promisify(execFile);
const compiler = join(process.cwd(), 'node_modules/typescript/bin/tsc');

let folder: string;
let project: string;
let packed: Packed;
let served: Served;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-pack-'));
  project = join(folder, 'app');
  served = await serve();
  packed = await packClient(join(folder, 'dist'));
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), '{"name":"app","private":true,"type":"module"}');
  // An empty cache and no network: there is nothing else to be installed.
  const install = ['install', packed.tarball, '--offline', '--no-audit', '--no-fund', '--cache', join(folder, 'cache')];
  execFileSync(...npm(install), { cwd: project, stdio: 'pipe' });
}, 120_000);

afterAll(async () => {
  await served.close();
  rmSync(folder, { recursive: true, force: true });
});

async function runModule(text: string): Promise<string> {
  const file = join(project, 'main.js');
  writeFileSync(file, text.replaceAll('http://127.0.0.1:8787', served.url));
  const { stdout, stderr } = await run(process.execPath, [file], { cwd: project, timeout: 15_000 });
  expect(stderr).toBe('');
  return stdout;
}

describe('the client package', () => {
  const inPackage = (...path: string[]) => join(project, 'node_modules/sluice', ...path);

  test('is one small module without imports, and its types', () => {
    console.log(`client: ${packed.bytes} bytes minified, ${packed.gzipped} gzipped; package: ${packed.tarballBytes} bytes`);
    expect(readdirSync(join(project, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual(['sluice']);
    const files = readdirSync(inPackage(), { recursive: true, encoding: 'utf8' }).filter((name) => /\.\w+$/.test(name));
    expect(
      files
        .filter((name) => !name.endsWith('.d.ts'))
        .map((name) => name.replaceAll('\\', '/'))
        .toSorted(),
    ).toEqual(['README.md', 'dist/client/index.js', 'package.json']);
    const module = readFileSync(inPackage('dist/client/index.js'), 'utf8');
    expect(module).not.toMatch(/\bimport\b|\brequire\b|\bBuffer\b|\bprocess\b/);
    expect(packed.bytes).toBeLessThan(20 * 1024);
    expect(packed.tarballBytes).toBeLessThan(40 * 1024);
  });

  test('streams an answer in a project without other packages', async () => {
    const out = await runModule(`
      import { stream, StreamError } from 'sluice/client';
      const body = { model: 'demo/openai/echo', messages: [{ role: 'user', content: 'Hello from an empty project.' }] };
      console.log(await stream({ baseUrl: 'http://127.0.0.1:8787', body }).text());
      const cut = stream({ baseUrl: 'http://127.0.0.1:8787', body: { ...body, model: 'demo/openai/cut@3' } });
      console.log(await cut.text().catch((error) => error instanceof StreamError && error.code));`);
    expect(out).toBe('Hello from an empty project.\nupstream_cut\n');
  });

  test('has types that compile in the strictest mode, and reject a mistake', async () => {
    const options = {
      strict: true,
      module: 'nodenext',
      target: 'es2022',
      lib: ['es2022', 'dom', 'dom.iterable'],
      types: [],
      noEmit: true,
    };
    const compile = async (text: string, more: object = {}) => {
      writeFileSync(
        join(project, 'tsconfig.json'),
        JSON.stringify({ compilerOptions: { ...options, ...more }, files: ['main.ts'] }),
      );
      writeFileSync(join(project, 'main.ts'), text);
      return run(process.execPath, [compiler, '-p', 'tsconfig.json'], { cwd: project }).then(
        () => '',
        (error: { stdout: string }) => error.stdout,
      );
    };
    const program = `
      import { type AnswerEvent, StreamError, stream, type ToolCall } from 'sluice/client';
      interface Body { model: string; max_tokens: number }
      const body: Body = { model: 'm', max_tokens: 1 };
      const calls: ToolCall[] = [];
      const answer = stream({ baseUrl: '', dialect: 'messages', body, onTool: (call) => calls.push(call) });
      export async function read(): Promise<number | undefined> {
        try {
          for await (const event of answer) show(event);
          const text: string = await answer.text();
          return answer.usage.output ?? text.length;
        } catch (error) {
          if (error instanceof StreamError) return error.received.toolCalls.length;
          throw error;
        }
      }
      function show(event: AnswerEvent): string {
        switch (event.type) {
          case 'text-delta': return event.text;
          case 'block-start': return event.block.kind === 'tool' ? event.block.name : '';
          case 'finish': return event.reason satisfies 'stop' | 'length' | 'tool-call' | 'content-filter' | 'refusal' | 'other';
          default: return '';
        }
      }`;
    expect(await compile(program)).toBe('');
    expect(await compile(program, { module: 'esnext', moduleResolution: 'bundler', exactOptionalPropertyTypes: true })).toBe('');
    expect(await compile(program.replace("'messages'", "'message'"))).toMatch(
      /"message"' is not assignable|not assignable to type/,
    );
    expect(await compile(program.replace('event.text', 'event.txt'))).toMatch(/txt/);
  }, 60_000);

  const readme = readFileSync('lib/client/README.md', 'utf8');
  const examples = [...readme.matchAll(/^## (.*)\n[\s\S]*?```js\n([\s\S]*?)```/gm)].map(([, title = '', text = '']) => ({
    title,
    text,
  }));
  const said: Record<string, RegExp> = {
    'Read it as it comes': /^You said “What is a sluice\?”[\s\S]*output: \d+/,
    'Or all at once': /^You said “Hello”/,
    'Or with callbacks': /^You said “Hello”[\s\S]*stop \{ input: \d+/,
    Tools: /^The tool answered “Sunny in Paris/,
    'When the connection is lost': /^You said “Hello”/,
    'When it breaks': /^upstream_cut req_\w+ after You said/,
  };

  test.each(examples)('runs its README example: $title', async ({ title, text }) => {
    expect(await runModule(text)).toMatch(said[title] ?? /^$/);
  });

  test('has each of these examples in its README', () => {
    expect(examples.map(({ title }) => title)).toEqual(Object.keys(said));
  });
});
