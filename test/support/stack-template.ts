import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApp } from '../../infra/create-app.ts';
import { SluiceStack } from '../../infra/stack.ts';
import { checkConfig } from '../../lib/config/load-config.ts';
import type { ConfigInput } from '../../lib/config/schema.ts';

/** A client key's record, as a deployment must have one. */
export const someKey = { id: 'app', sha256: '0'.repeat(64) };

export interface Resource {
  readonly Type: string;
  readonly Properties: Record<string, unknown>;
  readonly DeletionPolicy?: string;
}

export interface StackTemplate {
  readonly resources: Readonly<Record<string, Resource>>;
  readonly outputs: Readonly<Record<string, { readonly Value: unknown; readonly Description: string }>>;
  /** The whole of it, as it is handed to CloudFormation. */
  readonly text: string;
  /** What synthesis warned of. */
  readonly warnings: readonly string[];
  ofType(type: string): Resource[];
}

/**
 * The template of this configuration, with a stand-in for the functions' code. Throws for a finding of the checks that
 * nobody has acknowledged.
 */
export function stackTemplate(input: ConfigInput): StackTemplate {
  const config = checkConfig({ keys: [someKey], ...input }, 'test.json');
  const folder = mkdtempSync(join(tmpdir(), 'sluice-stack-'));
  try {
    const code = join(folder, 'code');
    mkdirSync(code);
    writeFileSync(join(code, 'index.mjs'), 'export const handler = () => {};\n');
    const app = createApp(join(folder, 'out'));
    new SluiceStack(app, { config, folderOf: () => code, region: config.stack.region });
    const artifact = app.synth().getStackByName(config.stack.name);
    const { Resources, Outputs } = artifact.template as {
      Resources: Record<string, Resource>;
      Outputs: StackTemplate['outputs'];
    };
    return {
      resources: Resources,
      outputs: Outputs,
      text: JSON.stringify(artifact.template),
      warnings: artifact.messages.filter(({ level }) => level === 'warning').map(({ entry }) => String(entry.data)),
      ofType: (type) => Object.values(Resources).filter((resource) => resource.Type === type),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
