import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as v from 'valibot';
import { isObject } from '../stream/json.ts';
import { ConfigError } from './config-error.ts';
import { diagnosticLine, inOrder } from './diagnostic.ts';
import { type KeyInput, keysSchema } from './schema.ts';
import { schemaDiagnostics } from './schema-diagnostics.ts';

/** Beside every configuration: the keys that `npm run keys` made, a JSON array of what `keys` in it takes. Only digests. */
export const keyFileName = 'sluice.keys.json';

/** Where the keys of this configuration are kept. */
export function keyFileBeside(configFile: string): string {
  return join(dirname(configFile), keyFileName);
}

/** The keys in this file as they are written there; none where there is no file. Throws a ConfigError. */
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

/** Puts these keys in the place of the file's; whoever reads it meanwhile finds the old ones or the new ones, whole. */
export function writeKeyFile(file: string, keys: readonly KeyInput[]): void {
  const whole = `${file}.new`;
  writeFileSync(whole, `${JSON.stringify(keys, undefined, 2)}\n`);
  renameSync(whole, file);
}

/**
 * What an operator has written, with the keys of the file beside it. Throws a ConfigError for one whose id the
 * configuration gives to a key of its own; all else is left for the schema to judge.
 */
export function withKeys<Written>(written: Written, keyFile: string): Written {
  const keys = readKeyFile(keyFile);
  if (keys.length === 0 || !isObject(written)) return written;
  const own: unknown[] = Array.isArray(written.keys) ? written.keys : [];
  const ids = new Set(own.map((key) => (isObject(key) ? key.id : undefined)));
  const index = keys.findIndex(({ id }) => ids.has(id));
  if (index >= 0) {
    const diagnostic = {
      expected: 'an id of its own',
      found: "one of the configuration's `keys`",
      fix: 'Rename one of the two.',
    };
    throw new ConfigError(diagnosticLine({ path: [index, 'id'], ...diagnostic }, keyFile));
  }
  return { ...written, keys: [...own, ...keys] };
}

/** The file's JSON; what is none is nothing, which the schema refuses. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
