import { redact } from '../redact/redact.ts';
import { isObject } from '../stream/json.ts';

/** One problem in a configuration. `expected` and `found` are parts of one sentence. `fix` is a sentence of its own. */
export interface ConfigDiagnostic {
  readonly path: ConfigPath;
  readonly expected: string;
  readonly found: string;
  readonly fix: string;
}

export type ConfigPath = readonly (string | number)[];

/** `sluice.config.ts: models.fast.targets[0]: expected …, found …. Correct it.` */
export function diagnosticLine({ path, expected, found, fix }: ConfigDiagnostic, file: string): string {
  return redact(`${file}: ${pathText(path)}: expected ${expected}, found ${found}. ${fix}`);
}

/** A path in the syntax of the file. */
export function pathText(path: ConfigPath): string {
  const steps = path.map((key) => {
    if (typeof key === 'number') return `[${key}]`;
    return /^[A-Za-z_][\w-]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
  });
  return steps.join('').replace(/^\./, '') || 'the configuration';
}

/** Diagnostics in the order of the file. */
export function inOrder(diagnostics: readonly ConfigDiagnostic[], input: unknown): ConfigDiagnostic[] {
  return diagnostics
    .map((diagnostic) => ({ diagnostic, place: placeOf(diagnostic.path, input) }))
    .sort((one, other) => comparePlaces(one.place, other.place))
    .map(({ diagnostic }) => diagnostic);
}

/** The position of each path step among its siblings. Missing members come last. */
function placeOf(path: ConfigPath, input: unknown): number[] {
  let at = input;
  return path.map((key) => {
    const siblings = typeof at === 'object' && at !== null ? Object.keys(at) : [];
    const place = siblings.indexOf(String(key));
    at = isObject(at) || Array.isArray(at) ? (at as Record<string | number, unknown>)[key] : undefined;
    return place < 0 ? siblings.length : place;
  });
}

function comparePlaces(one: readonly number[], other: readonly number[]): number {
  for (const [index, place] of one.entries()) {
    const difference = place - (other[index] ?? -1);
    if (difference !== 0) return difference;
  }
  return one.length - other.length;
}

/** Members that may contain a key by mistake, where its name or its digest belongs. */
const secretMembers: ReadonlySet<string | number> = new Set(['key', 'sha256']);

const maxShown = 60;

/** The value at this path, shortened for display. Never shows a secret. */
export function shown(value: unknown, path: ConfigPath): string {
  if (value === undefined) return 'nothing';
  if (isObject(value)) return isSecret(path) ? `an object with ${Object.keys(value).join(', ') || 'no members'}` : short(value);
  if (isSecret(path) || hasUserInfo(value)) {
    return typeof value === 'string' ? `${value.length} characters (hidden)` : 'a hidden value';
  }
  return short(value);
}

function isSecret(path: ConfigPath): boolean {
  return path.some((key) => secretMembers.has(key));
}

/** True for a URL with a user name or password. */
function hasUserInfo(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  const url = URL.parse(value);
  return url !== null && url.username + url.password !== '';
}

function short(value: unknown): string {
  const text = redact(JSON.stringify(value) ?? String(value));
  return text.length > maxShown ? `${text.slice(0, maxShown - 3)}…` : text;
}
