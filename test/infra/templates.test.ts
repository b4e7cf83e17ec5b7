import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isObject } from '../../lib/stream/json.ts';
import { pythonTools } from '../support/aws-double/python-tools.ts';
import { isFull } from '../support/extent.ts';
import { stackTemplate } from '../support/stack-template.ts';
import { configurations, usual } from './configurations.ts';

const patience = { timeout: 120_000 };

type Part = Readonly<Record<string, unknown>>;

/** The resources and outputs of a template by name, without digests of code, which depend on the CDK and the machine. */
function parts(text: string): Part {
  const stable = text.replaceAll(/(CurrentVersion[0-9A-F]{8})[0-9a-f]{32}/g, '$1').replaceAll(/[0-9a-f]{64}(?=\.zip)/g, 'asset');
  const { Resources, Outputs } = JSON.parse(stable) as Record<string, Record<string, Part>>;
  const resources = Object.entries(Resources ?? {}).map(([name, { Metadata: _, ...resource }]) => [name, resource] as const);
  return Object.fromEntries([...resources, ...Object.entries(Outputs ?? {}).map(([name, output]) => [`output ${name}`, output])]);
}

/** The paths of one template that another one lacks or has otherwise. A whole part that is added is one line. */
function difference(from: Part, to: Part, path = ''): string[] {
  const names = [...new Set([...Object.keys(from), ...Object.keys(to)])];
  return names.flatMap((name) => {
    const [before, after] = [from[name], to[name]];
    const line = `${path}${name}: ${JSON.stringify(after) ?? 'not there'}`;
    if (JSON.stringify(before) === JSON.stringify(after)) return [];
    return isObject(before) && isObject(after) ? difference(before, after, `${path}${name}/`) : [line];
  });
}

describe('the template', () => {
  test('of the usual configuration', patience, () => {
    expect(parts(stackTemplate(usual).text)).toMatchSnapshot();
  });

  // A snapshot of a whole template for each configuration would hide the difference.
  test.each(Object.keys(configurations))('%s: what differs from the usual one', patience, (name) => {
    const from = parts(stackTemplate(usual).text);
    const to = parts(stackTemplate(configurations[name] ?? {}).text);
    expect(difference(from, to).join('\n')).toMatchSnapshot();
  });
});

const tools = isFull ? pythonTools() : { missing: 'it runs with npm run test:full' };
if ('missing' in tools) console.log(`skipped: cfn-lint, because ${tools.missing}`);

/** The CDK writes dependencies that references imply. */
const redundant = 'W3005';

describe.skipIf('missing' in tools)('cfn-lint accepts the template', () => {
  test.each(Object.entries({ 'of the usual configuration': usual, ...configurations }))('%s', patience, (_, configuration) => {
    const folder = mkdtempSync(join(tmpdir(), 'sluice-lint-'));
    const file = join(folder, 'template.json');
    writeFileSync(file, stackTemplate(configuration).text);
    const bin = 'bin' in tools ? tools.bin : '';
    const { status, stdout, stderr } = spawnSync(
      join(bin, 'cfn-lint'),
      ['--regions', 'us-east-1', '--ignore-checks', redundant, '--', file],
      {
        encoding: 'utf8',
      },
    );
    rmSync(folder, { recursive: true });
    expect(stdout + stderr).toBe('');
    expect(status).toBe(0);
  });
});
