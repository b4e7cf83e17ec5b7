import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as v from 'valibot';
import { isObject } from '../stream/json.ts';
import { ConfigError } from './config-error.ts';
import { diagnosticLine, inOrder } from './diagnostic.ts';
import { type KeyInput, keysSchema } from './schema.ts';
import { schemaDiagnostics } from './schema-diagnostics.ts';

/**
 * The file next to every configuration with the keys from `npm run keys`. It is a JSON array in the format of the
 * `keys` setting. It contains only digests.
 */
export const keyFileName = 'sluice.keys.json';

/** The path of the key file for this configuration. */
export function keyFileBeside(configFile: string): string {
  return join(dirname(configFile), keyFileName);
}

/** The keys in this file, unvalidated. An empty list if there is no file. Throws a ConfigError. */
export function readKeyFile(file: string): KeyInput[] {
  if (!existsSync(file)) return [];
  const keys = parsed(readFileSync(file, 'utf8'));
  const { success, issues } = v.safeParse(keysSchema, keys);
  if (success) return keys as KeyInput[];
  throw new ConfigError(
    inOrder(schemaDiagnostics(issues), keys)
      .map((diagnostic) => diagnosticLine(diagnostic, file))
      .join('\n'),
  );
}

/** Replaces the keys in the file atomically. A concurrent reader sees either the old keys or the new ones. */
export function writeKeyFile(file: string, keys: readonly KeyInput[]): void {
  const whole = `${file}.new`;
  writeFileSync(whole, `${JSON.stringify(keys, undefined, 2)}\n`);
  renameSync(whole, file);
}

/**
 * The operator's configuration merged with the keys of the file next to it. Throws a ConfigError for a key whose id
 * is already used in the configuration. The schema validates everything else.
 */
export function withKeys<Written>(written: Written, keyFile: string): Written {
  const keys = readKeyFile(keyFile);
  // With `keys: { store }` the file is not read. `npm run deploy` says so, see infra/check-deployable.ts.
  if (keys.length === 0 || !isObject(written) || isObject(written.keys)) return written;
  const own: unknown[] = Array.isArray(written.keys) ? written.keys : [];
  const ids = new Set(own.map((key) => (isObject(key) ? key.id : undefined)));
  const index = keys.findIndex(({ id }) => ids.has(id));
  if (index >= 0) {
    const diagnostic = {
      expected: 'a unique id',
      found: 'the id of one of the `keys` in the configuration',
      fix: 'Rename one of the two.',
    };
    throw new ConfigError(diagnosticLine({ path: [index, 'id'], ...diagnostic }, keyFile));
  }
  return { ...written, keys: [...own, ...keys] };
}

/** The JSON of the file. Invalid JSON gives `undefined`, which the schema rejects. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
