import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { programs } from '../../../functions/console/browser/copy-as/programs.ts';
import { chatBody } from '../../../functions/console/browser/requests/chat.ts';
import type { Wanted } from '../../../functions/console/browser/requests/conversation.ts';
import { converseBody } from '../../../functions/console/browser/requests/converse.ts';
import { requests } from '../../../functions/console/browser/requests/index.ts';
import { messagesBody } from '../../../functions/console/browser/requests/messages.ts';
import { defaultSettings, parseSettings } from '../../../functions/console/browser/requests/settings.ts';
import type { DialectName } from '../../../lib/client/index.ts';
import { type Served, serve } from '../../support/serve.ts';

const key = 'a-key-of-the-console';
const prompt = `It's "quoted", \`ticked\`, $HOME, \${x}, {a: 1}, "b": and \\ back\nand a second line`;
const onePixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==';

const says = (text: string): Wanted['messages'] => [{ role: 'user', text, pictures: [] }];
const plain: Wanted = { model: 'demo/openai/echo', messages: says(prompt), system: "Don't add a word.", maxTokens: 200 };

/** Everything that the page can ask for in one request. */
const settings = parseSettings({ ...defaultSettings, system: 'Be brief.', temperature: '0.3', maxTokens: '4000', effort: 'low' });
const [weather] = parseSettings({ ...defaultSettings, withTools: true }).wanted.tools ?? [];
const everything: Wanted = {
  ...settings.wanted,
  model: 'demo/openai/tools',
  tools: weather ? [weather] : [],
  messages: [
    { role: 'user', text: 'What is this?', pictures: [{ mediaType: 'image/png', data: onePixel, name: 'a picture' }] },
    {
      role: 'assistant',
      text: 'A picture.',
      thoughts: [],
      calls: [{ id: 'call_1', name: 'get_weather', json: '{"city":"Paris"}' }],
    },
    { role: 'tool', results: [{ id: 'call_1', name: 'get_weather', text: 'Sunny' }] },
    { role: 'user', text: 'And the weather in Rome?', pictures: [] },
  ],
};
const { schema } = parseSettings({ ...defaultSettings, withSchema: true }).wanted;
const toSchema: Wanted = { model: 'demo/openai/fast', messages: says('A person named Ada'), ...(schema && { schema }) };

let served: Served;
let folder: string;

beforeAll(async () => {
  served = await serve({ keys: [key] });
  mkdirSync('node_modules/.cache', { recursive: true });
  folder = mkdtempSync('node_modules/.cache/copy-as-');
});

afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await served.close();
});

async function output(command: string, args: string[], environment: object = {}): Promise<string> {
  const env = { ...process.env, SLUICE_KEY: key, ...environment };
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  for await (const piece of child.stdout) text += piece;
  return text;
}

function write(name: string, wanted: Wanted, dialect: DialectName = 'chat'): string {
  return programs.find((program) => program.name === name)?.write(wanted, served.url, dialect) ?? '';
}

const isHere = (command: string) => spawnSync(command, ['--version']).status === 0;

describe('the JavaScript program', () => {
  async function run(name: string, wanted: Wanted, dialect?: DialectName): Promise<string> {
    const file = join(folder, `${name.replaceAll(/\W/g, '-')}-${Math.random()}.mjs`);
    writeFileSync(file, write(name, wanted, dialect));
    return output(process.execPath, [file]);
  }

  const clients: readonly (readonly [string, DialectName])[] = [
    ['OpenAI · JavaScript', 'chat'],
    ['OpenAI · JavaScript', 'responses'],
    ['Anthropic · JavaScript', 'messages'],
    ['AI SDK', 'chat'],
    ['LangChain · JavaScript', 'chat'],
  ];
  for (const [name, dialect] of clients) {
    test(`runs unchanged with a prompt that needs quoting: ${name}, ${dialect}`, async () => {
      expect(await run(name, plain, dialect)).toBe(prompt);
    });

    test(`includes the conversation, a picture, tools and settings: ${name}, ${dialect}`, async () => {
      const text = await run(name, everything, dialect);
      expect(text).toContain('"city"');
      expect(text).toContain('Rome');
    });

    test(`includes a JSON schema: ${name}, ${dialect}`, async () => {
      expect(JSON.parse(await run(name, toSchema, dialect))).toMatchObject({ name: expect.any(String), age: expect.any(Number) });
    });
  }
});

const curlIsHere = isHere('curl');
if (!curlIsHere) process.stdout.write("skipped: the console's curl, since this machine has none\n");
describe.skipIf(!curlIsHere)('the curl command', () => {
  /** The end of a finished answer in each dialect. */
  const ends: Readonly<Record<DialectName, RegExp>> = {
    chat: /data: \[DONE\]\s*$/,
    completions: /data: \[DONE\]\s*$/,
    responses: /event: response\.completed/,
    messages: /event: message_stop/,
    complete: /"stop_reason":"stop_sequence"/,
    converse: /"stopReason":"(end_turn|tool_use)"/,
  };
  for (const dialect of Object.keys(requests) as DialectName[]) {
    test(`runs unchanged to a finished answer, in ${dialect}`, async () => {
      expect(await output('bash', ['-c', write('curl', plain, dialect)])).toMatch(ends[dialect]);
      if (!requests[dialect].lacks.includes('tools')) {
        expect(await output('bash', ['-c', write('curl', everything, dialect)])).toContain('get_weather');
      }
    });
  }
});

/** Stubs for the packages. A stub accepts every call and prints its arguments. */
const standIn = `import json, sys, types
class Anything:
    def __init__(self, **members): self.__dict__.update(members)
    def __getattr__(self, name): return Anything()
    def __call__(self, *given, **named):
        if given or named: print("CALL " + json.dumps([given, named], default=str))
        return Anything()
    def __iter__(self): return iter([])
    def __getitem__(self, name): return Anything()
    def __enter__(self): return self
    def __exit__(self, *ignored): pass
for name in ["openai", "anthropic", "langchain_openai", "boto3", "predictionguard"]:
    module = types.ModuleType(name)
    for member in ["OpenAI", "Anthropic", "ChatOpenAI", "client", "PredictionGuard"]: setattr(module, member, Anything())
    sys.modules[name] = module
`;

const pythonIsHere = isHere('python3');
if (!pythonIsHere) process.stdout.write("skipped: the console's Python, since this machine has no python3\n");
describe.skipIf(!pythonIsHere)('the Python programs, with stubs for their packages', () => {
  /** The arguments of each call. */
  async function calls(name: string, wanted: Wanted, dialect?: DialectName): Promise<{ given: unknown[]; named: object }[]> {
    const file = join(folder, `${name.replaceAll(/\W/g, '-')}.py`);
    writeFileSync(file, standIn + write(name, wanted, dialect));
    const lines = (await output('python3', [file])).split('\n').filter((line) => line.startsWith('CALL '));
    return lines.map((line) => {
      const [given, named] = JSON.parse(line.slice(5));
      return { given, named };
    });
  }

  for (const wanted of [plain, everything, toSchema]) {
    test(`sends the page's request: ${wanted.model}`, async () => {
      const streamed = { ...chatBody(wanted), stream: true };
      expect((await calls('OpenAI · Python', wanted)).at(-1)?.named).toEqual(streamed);
      expect((await calls('Prediction Guard', wanted)).at(-1)?.named).toEqual(streamed);
      expect((await calls('OpenAI · Python', wanted, 'responses')).at(-1)?.named).toEqual({
        ...requests.responses.body(wanted),
        stream: true,
      });
      expect((await calls('Anthropic · Python', wanted)).at(-1)?.named).toEqual(
        messagesBody({ ...wanted, temperature: undefined }),
      );
      expect((await calls('boto3', wanted)).at(-1)?.named).toEqual(converseBody(wanted));
      const { messages, tools } = chatBody(wanted) as { messages: object[]; tools?: object[] };
      const [model, stream] = await calls('LangChain · Python', wanted);
      expect(model?.named).toMatchObject({ model: wanted.model, base_url: `${served.url}/v1` });
      expect(stream).toMatchObject({ given: [messages], named: tools ? { tools } : {} });
    });
  }
});

describe('every program', () => {
  test('reads the key from the environment', () => {
    for (const { name } of programs) expect(write(name, everything)).toContain('SLUICE_KEY');
  });

  test('has an install command if it needs a package', () => {
    expect(programs.filter(({ install }) => !install).map(({ name }) => name)).toEqual(['curl']);
  });

  test('has every field of the request in Clojure', () => {
    const text = write('openai-clojure', everything);
    for (const part of [
      ':model "demo/openai/tools"',
      ':stream true',
      ':tools [{:type "function"',
      ':temperature 0.3',
      ':api-endpoint',
    ]) {
      expect(text).toContain(part);
    }
  });
});
