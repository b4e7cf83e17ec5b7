import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as v from 'valibot';
import { redact } from '../redact/redact.ts';
import { isObject } from '../stream/json.ts';
import { ConfigError } from './config-error.ts';
import { crossFieldChecks } from './cross-field-checks.ts';
import { type ConfigDiagnostic, diagnosticLine, inOrder } from './diagnostic.ts';
import { jsonDiagnostic } from './json-diagnostic.ts';
import { keyFileBeside, withKeys } from './key-file.ts';
import { reservedNames } from './reserved-names.ts';
import { type Config, configSchema } from './schema.ts';
import { schemaDiagnostics } from './schema-diagnostics.ts';

/**
 * Loads the configuration from `file`, a module with a default export or JSON, together with the key file of `npm run
 * keys` next to it. Throws a ConfigError.
 */
export async function loadConfig(file: string): Promise<Config> {
  const path = resolve(file);
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory()) {
    throw new ConfigError(`${file}: expected a file, found a folder. Name the file in it, such as ${file}/sluice.config.ts.`);
  }
  if (!found) {
    throw new ConfigError(
      `${file}: expected a configuration, found no such file. Correct SLUICE_CONFIG, or unset it to use sluice.config.ts.`,
    );
  }
  const written = path.endsWith('.json') ? readJson(path, file) : await importDefault(path, file);
  return checkConfig(withKeys(written, keyFileBeside(file)), file);
}

/**
 * Validates a configuration and fills in the defaults. Throws a ConfigError with one line per problem, in the order
 * of the file. No line contains a secret.
 */
export function checkConfig(value: unknown, file: string): Config {
  const result = v.safeParse(configSchema, value);
  const misformed = [...reservedNames(value), ...(result.success ? [] : schemaDiagnostics(result.issues))];
  const sound = misformed.length === 0 ? result : v.safeParse(configSchema, without(misformed, value));
  const names = { providers: namesIn(value, 'providers'), models: namesIn(value, 'models') };
  const diagnostics = [...misformed, ...(sound.success ? crossFieldChecks(sound.output, names) : [])];
  if (result.success && diagnostics.length === 0) return result.output;
  const lines = inOrder(diagnostics, value).map((diagnostic) => diagnosticLine(diagnostic, file));
  throw new ConfigError(lines.join('\n'));
}

/**
 * The configuration without its invalid parts: without the provider or model that has a problem, otherwise without
 * the whole section.
 */
function without(diagnostics: readonly ConfigDiagnostic[], value: unknown): unknown {
  if (!isObject(value)) return {};
  const rest: Record<string, unknown> = { ...value };
  for (const { path } of diagnostics) {
    const [part = '', name] = path;
    const things = rest[part];
    if (name === undefined || !isObject(things)) delete rest[part];
    else rest[part] = Object.fromEntries(Object.entries(things).filter(([other]) => other !== name));
  }
  return rest;
}

function namesIn(value: unknown, part: 'providers' | 'models'): string[] {
  return isObject(value) && isObject(value[part]) ? Object.keys(value[part]) : [];
}

function readJson(path: string, file: string): unknown {
  const text = readFileSync(path, 'utf8');
  try {
    return JSON.parse(text);
  } catch {
    const { line, column, expected, found, fix } = jsonDiagnostic(text);
    throw new ConfigError(`${file}: line ${line}, column ${column}: expected ${expected}, found ${found}. ${fix}`);
  }
}

async function importDefault(path: string, file: string): Promise<unknown> {
  let module: { default?: unknown };
  try {
    module = (await import(pathToFileURL(path).href)) as { default?: unknown };
  } catch (error) {
    const { name, message } = error instanceof Error ? error : { name: 'a value', message: String(error) };
    throw new ConfigError(
      redact(
        `${file}: ${placeIn(error, path)}expected a module that loads, found one that throws ${name}: ${message}. Fix the error there.`,
      ),
    );
  }
  if (module.default === undefined) {
    throw new ConfigError(`${file}: expected a default export, found none. Write \`export default defineConfig({ … })\`.`);
  }
  return module.default;
}

/** `line 4: ` if the stack of an error names a line of this file. Node has it there for types that it can't strip too. */
function placeIn(error: unknown, path: string): string {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  for (const name of [path, pathToFileURL(path).href]) {
    const at = stack.indexOf(`${name}:`);
    const [line] = at < 0 ? [] : (/^\d+/.exec(stack.slice(at + name.length + 1)) ?? []);
    if (line !== undefined) return `line ${line}: `;
  }
  return '';
}
