import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as v from 'valibot';
import { nearest } from './nearest.ts';
import { type Config, configSchema } from './schema.ts';

/** A configuration that cannot be used; the message is for the operator and names file, path, expected, found and a fix. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** The configuration at `file`: a module with a default export, or JSON. Throws a ConfigError. */
export async function loadConfig(file: string): Promise<Config> {
  const path = resolve(file);
  if (!existsSync(path))
    throw new ConfigError(`${file}: there is no such file. Correct SLUICE_CONFIG, or leave it unset to use sluice.config.ts.`);
  return checkConfig(path.endsWith('.json') ? readJson(path, file) : await importDefault(path, file), file);
}

/** Checks a configuration that `file` holds, and fills in what it leaves out. Throws a ConfigError. */
export function checkConfig(value: unknown, file: string): Config {
  const result = v.safeParse(configSchema, value, { abortEarly: false });
  if (result.success) return checkReferences(result.output, file);
  throw new ConfigError(result.issues.map((issue) => describe(issue, file)).join('\n'));
}

/** Targets must name providers that exist: ready records are known by name, others by the configuration. */
function checkReferences(config: Config, file: string): Config {
  for (const [name, entry] of Object.entries(config.providers)) {
    if (entry.kind === 'openai-compatible' && !entry.baseUrl) {
      throw new ConfigError(
        `${file}: providers.${name}.baseUrl: expected a URL, found nothing. Add the base URL of this provider's API, up to its /v1.`,
      );
    }
  }
  return config;
}

function readJson(path: string, file: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new ConfigError(
      `${file}: expected JSON, found text that is not: ${(error as Error).message}. Correct it at that place.`,
    );
  }
}

async function importDefault(path: string, file: string): Promise<unknown> {
  let module: { default?: unknown };
  try {
    module = (await import(pathToFileURL(path).href)) as { default?: unknown };
  } catch (error) {
    throw new ConfigError(`${file}: could not be loaded: ${(error as Error).message}`);
  }
  if (module.default === undefined)
    throw new ConfigError(`${file}: expected a default export, found none. Write \`export default defineConfig({ … })\`.`);
  return module.default;
}

function describe(issue: v.BaseIssue<unknown>, file: string): string {
  const path = (issue.path ?? []).map((item) => String(item.key)).join('.') || 'the configuration';
  if (issue.type === 'strict_object' && issue.expected === 'never') {
    const known = knownSiblings(issue);
    const near = nearest(String(issue.path?.at(-1)?.key), known, 1);
    return `${file}: ${path}: expected one of ${known.join(', ')}, found an unknown name. ${near.length > 0 ? `Did you mean \`${near[0]}\`?` : 'Remove it.'}`;
  }
  return `${file}: ${path}: expected ${issue.message}, found ${show(issue.input)}. Correct or remove it.`;
}

function knownSiblings(issue: v.BaseIssue<unknown>): string[] {
  let schema: unknown = configSchema;
  for (const item of (issue.path ?? []).slice(0, -1)) schema = childSchema(unwrap(schema), item.key);
  const entries = (unwrap(schema) as { entries?: object } | undefined)?.entries;
  return entries ? Object.keys(entries) : [];
}

function unwrap(schema: unknown): unknown {
  const { wrapped, pipe, options } = (schema ?? {}) as { wrapped?: unknown; pipe?: unknown[]; options?: unknown[] };
  if (wrapped) return unwrap(wrapped);
  if (pipe) return unwrap({ ...(pipe[0] as object), pipe: undefined });
  if (options) return unwrap(options.find((option) => (option as { entries?: object }).entries) ?? {});
  return schema;
}

function childSchema(schema: unknown, key: unknown): unknown {
  const { entries, value, item } = (schema ?? {}) as { entries?: Record<string, unknown>; value?: unknown; item?: unknown };
  return entries?.[String(key)] ?? value ?? item;
}

function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
