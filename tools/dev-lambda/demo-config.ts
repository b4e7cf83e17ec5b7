import { existsSync, writeFileSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import type { KeyRecord } from '../../lib/access/keys.ts';
import type { ConfigInput } from '../../lib/config/schema.ts';
import { emulatedModels } from '../../lib/emulator/emulated-models.ts';
import type { Emulator } from '../../lib/emulator/start.ts';

/** What the emulated functions add to the operator's configuration. */
export interface Additions {
  readonly providers: NonNullable<ConfigInput['providers']>;
  readonly models: Record<string, string>;
  readonly keys: readonly KeyRecord[];
}

/** The embedded providers in the form of a configuration, with their models under the names of the dev server. */
export function demoAdditions(emulator: Emulator, keys: readonly KeyRecord[]): Additions {
  const names = emulatedModels.map(({ name }) => name);
  const kinds = ['openai', 'anthropic', 'bedrock', 'gemini'] as const;
  return {
    providers: {
      'demo-openai': { kind: 'openai', baseUrl: emulator.openaiUrl },
      'demo-anthropic': { kind: 'anthropic', baseUrl: emulator.anthropicUrl },
      'demo-bedrock': { kind: 'bedrock', baseUrl: emulator.bedrockUrl, region: 'us-east-1' },
      'demo-gemini': { kind: 'gemini', baseUrl: emulator.geminiUrl },
    },
    models: Object.fromEntries(kinds.flatMap((kind) => names.map((name) => [`demo/${kind}/${name}`, `demo-${kind}/${name}`]))),
    keys,
  };
}

/**
 * Writes a configuration to `file`: the operator's at `base`, a module or JSON, if there is one, plus these additions.
 * Limits are kept in memory and streams nowhere, because there is no DynamoDB here.
 */
export function writeDemoConfig(file: string, base: string, additions: Additions): void {
  const attributes = extname(base) === '.json' ? " with { type: 'json' }" : '';
  const operators = existsSync(base) ? `import base from ${JSON.stringify(resolve(base))}${attributes};` : 'const base = {};';
  writeFileSync(
    file,
    `${operators}
const added = ${JSON.stringify(additions)};
export default {
  ...base,
  providers: { ...base.providers, ...added.providers },
  models: { ...base.models, ...added.models },
  keys: [...(Array.isArray(base.keys) ? base.keys : []), ...added.keys],
  limits: { store: 'memory' },
  ...(base.streams && { streams: { ...base.streams, store: 'off' } }),
};
`,
  );
}
