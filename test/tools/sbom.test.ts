import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type WrittenSbom, writeSbom } from '../../tools/sbom/write-sbom.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-sbom-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('npm run sbom', { timeout: 120_000 }, () => {
  let written: WrittenSbom;
  beforeAll(async () => {
    written = await writeSbom(folder);
  }, 120_000);

  test('lists every direct dependency with its version and license, as CycloneDX', () => {
    const { bomFormat, components } = JSON.parse(readFileSync(written.sbom, 'utf8')) as {
      bomFormat: string;
      components: { group?: string; name: string; version: string; licenses?: unknown[] }[];
    };
    const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as { dependencies: Record<string, string> };
    expect(bomFormat).toBe('CycloneDX');
    const licensed = components.filter(({ licenses }) => licenses && licenses.length > 0);
    const listed = licensed.map(({ group, name, version }) => `${group ? `${group}/` : ''}${name} ${version}`);
    for (const [name, version] of Object.entries(dependencies)) expect(listed).toContain(`${name} ${version}`);
    expect(components.filter(({ name }) => name === 'vitest')).toEqual([]);
  });

  test('has the license of every package in the bundles, and none that forbids their use', () => {
    const text = readFileSync(written.licences, 'utf8');
    const heads = [...text.matchAll(/^(\S+) (\d+\.\S+): (.+)$/gm)].map(([, name, , licence]) => ({ name, licence }));
    expect(heads).toHaveLength(written.packages);
    expect(heads.map(({ name }) => name)).toEqual(expect.arrayContaining(['hono', 'valibot', 'aws4fetch']));
    expect(heads.filter(({ licence = '' }) => !/^(MIT|Apache-2\.0|0BSD|ISC|BSD-[23]-Clause)$/.test(licence))).toEqual([]);
    expect(text).toContain('Permission is hereby granted');
  });
});
