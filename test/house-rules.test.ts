import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';

/** The rules that each of these files breaks under the repository's configuration: `style/noRestrictedImports`. */
function brokenRules(files: readonly { path: string; text: string }[]): string[][] {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-house-'));
  try {
    const { vcs: _, $schema: __, ...configuration } = JSON.parse(readFileSync('biome.json', 'utf8'));
    writeFileSync(join(folder, 'biome.json'), JSON.stringify(configuration));
    const names = files.map(({ path, text }, index) => {
      const name = join(dirname(path), `sample-${index}.ts`);
      mkdirSync(join(folder, dirname(name)), { recursive: true });
      writeFileSync(join(folder, name), text);
      return name;
    });
    const linter = join(process.cwd(), 'node_modules/@biomejs/biome/bin/biome');
    const { stdout } = spawnSync(process.execPath, [linter, 'lint', '--reporter=json', '--max-diagnostics=none', '.'], {
      cwd: folder,
      encoding: 'utf8',
    });
    const { diagnostics } = JSON.parse(stdout) as { diagnostics: { category: string; location: { path: string } }[] };
    return names.map((name) =>
      diagnostics.filter(({ location }) => location.path.endsWith(name)).map(({ category }) => category.replace(/^lint\//, '')),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const use = (path: string) => `import { thing } from '${path}';\nexport const used = thing;\n`;

const refused: [path: string, text: string, why: string, rule?: string][] = [
  ['lib/stream/sample.ts', use('../wire/frame.ts'), 'the vocabulary imports nothing of ours'],
  ['lib/wire/sample.ts', use('../dialects/dialect.ts'), 'a wire knows nothing of dialects'],
  ['lib/dialects/openai-chat/sample.ts', use('../../time/clock.ts'), 'a dialect knows no policy'],
  ['lib/dialects/openai-chat/sample.ts', use('../../providers/provider.ts'), 'a dialect knows no provider'],
  ['lib/dialects/openai-chat/sample.ts', use('hono'), 'a dialect knows no HTTP'],
  ['lib/dialects/openai-chat/sample.ts', use('@aws-sdk/client-bedrock-runtime'), 'a dialect knows no AWS'],
  ['lib/dialects/openai-chat/sample.ts', use('../../policy/attempts.ts'), 'a dialect knows no policy'],
  ['lib/policy/sample.ts', use('hono'), 'policy knows no HTTP'],
  ['lib/policy/sample.ts', 'setTimeout(() => {}, 1);\n', 'policy waits by its clock', 'style/noRestrictedGlobals'],
  ['lib/providers/sample.ts', use('../lambda/adapter.ts'), 'only the edge knows Lambda'],
  ['lib/http/sample.ts', use('../lambda/event.ts'), 'an app does not know its host'],
  ['functions/openai/sample.ts', use('../../lib/lambda/event.ts'), 'a function knows it in its handler alone'],
  ['lib/aws/sample.ts', use('../lambda/adapter.ts'), 'a call of AWS is the same outside Lambda'],
  ['lib/providers/sample.ts', 'setTimeout(() => {}, 1);\n', 'only lib/time sets timers', 'style/noRestrictedGlobals'],
  ['lib/client/sample.ts', use('node:zlib'), 'the client runs in browsers'],
  ['lib/client/sample.ts', use('valibot'), 'the client needs no package'],
  ['lib/client/sample.ts', use('../gateway/gateway.ts'), 'the client is none of the gateway'],
  ['lib/client/sample.ts', use('../time/clock.ts'), 'the client has no clock of the gateway'],
  ['lib/client/dialects/sample.ts', use('../../gateway/gateway.ts'), 'the client is none of the gateway'],
  ['lib/stream/sample.ts', 'export const thing: any = 1;\n', 'no any', 'suspicious/noExplicitAny'],
  [
    'lib/stream/sample.ts',
    'export const line = 1;\n'.repeat(301).replaceAll(/line/g, () => `line${Math.random()}`.replace('.', '')),
    'files stay small',
    'style/noExcessiveLinesPerFile',
  ],
];

const allowed: [path: string, text: string][] = [
  ['lib/wire/sample.ts', use('../stream/errors.ts')],
  ['lib/dialects/openai-chat/sample.ts', use('../../stream/blocks.ts')],
  ['lib/dialects/openai-chat/sample.ts', use('../map-parameters.ts')],
  ['lib/time/sample.ts', 'setTimeout(() => {}, 1);\n'],
  ['lib/client/sample.ts', use('../stream/json.ts')],
  ['lib/client/sample.ts', use('../time/pause.ts')],
  ['lib/client/dialects/sample.ts', use('../../dialects/lenient-fields.ts')],
  ['lib/client/dialects/sample.ts', use('../accumulator.ts')],
  ['lib/client/dialects/sample.ts', use('./words.ts')],
];

describe('the linter', () => {
  const broken = brokenRules([...refused, ...allowed].map(([path, text]) => ({ path, text })));
  for (const [index, [path, , why, rule = 'style/noRestrictedImports']] of refused.entries()) {
    test(`rejects, in ${path}: ${why}`, () => {
      expect(broken[index]).toContain(rule);
    });
  }
  for (const [index, [path, text]] of allowed.entries()) {
    test(`accepts, in ${path}: ${text.split('\n')[0]}`, () => {
      expect(broken[refused.length + index]).toEqual([]);
    });
  }
});

/**
 * The folders of the house, from the ground up. A folder may import its own row and the rows below it, types included.
 * `lib/client` runs in browsers and has rules of its own in biome.json.
 */
const layers: readonly (readonly string[])[] = [
  ['lib/stream', 'lib/time', 'lib/version.ts'],
  ['lib/wire', 'lib/redact'],
  ['lib/dialects', 'lib/transport'],
  ['lib/models', 'lib/policy'],
  ['lib/providers', 'lib/openapi'],
  ['lib/config'],
  ['lib/aws'],
  ['lib/secrets'],
  ['lib/gateway'],
  ['lib/streams', 'lib/access', 'lib/telemetry'],
  ['lib/app'],
  ['lib/http'],
  ['lib/lambda', 'lib/emulator'],
  ['functions'],
  ['infra'],
  ['tools'],
];

test('no import points up the layers', () => {
  const rankOf = (path: string) => layers.findIndex((row) => row.some((name) => path === name || path.startsWith(`${name}/`)));
  const files = ['lib', 'functions', 'infra', 'tools'].flatMap((root) =>
    readdirSync(root, { recursive: true, encoding: 'utf8' })
      .map((name) => join(root, name))
      .filter((name) => name.endsWith('.ts') && !name.startsWith('lib/client/')),
  );
  const upward = files.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)]
      .map(([, specifier = '']) => join(dirname(file), specifier))
      .filter((target) => !target.startsWith('lib/client/') && rankOf(target) > rankOf(file))
      .map((target) => `${file} imports ${target}`),
  );
  expect(files.filter((file) => rankOf(file) < 0)).toEqual([]);
  expect(upward).toEqual([]);
});

describe('the lock file', () => {
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
    packages: Record<string, { optionalDependencies?: Record<string, string>; resolved?: string }>;
  };

  test('has every package for every platform, as npm ci requires', () => {
    const names = new Set(Object.keys(packages).map((path) => path.slice(path.lastIndexOf('node_modules/') + 13)));
    const wanted = Object.values(packages).flatMap(({ optionalDependencies = {} }) => Object.keys(optionalDependencies));
    expect(wanted.filter((name) => !names.has(name))).toEqual([]);
  });

  test('names no registry', () => {
    expect(Object.entries(packages).filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
  });
});
