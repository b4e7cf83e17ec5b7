import type * as v from 'valibot';
import { isObject } from '../stream/json.ts';
import { type ConfigDiagnostic, type ConfigPath, pathText, shown } from './diagnostic.ts';
import { nearest } from './nearest.ts';
import { oneOf } from './object-schema.ts';

/** Converts schema issues to diagnostics: one per path, and one per unknown name. */
export function schemaDiagnostics(issues: readonly v.BaseIssue<unknown>[]): ConfigDiagnostic[] {
  const diagnostics = new Map<string, ConfigDiagnostic>();
  for (const diagnostic of issues.flatMap(diagnosticsOf)) {
    const place = pathText(diagnostic.path);
    if (!diagnostics.has(place)) diagnostics.set(place, diagnostic);
  }
  return [...diagnostics.values()];
}

function diagnosticsOf(issue: v.BaseIssue<unknown>): ConfigDiagnostic[] {
  const path = (issue.path ?? []).map(({ key }) => (typeof key === 'number' ? key : String(key)));
  const { expected, fix } = expectation(issue.message);
  if (issue.expected === 'never') return unknownNames(issue, path.slice(0, -1), expected);
  const found = shown(issue.input, path);
  if (issue.input === undefined) return [{ path, expected, found, fix: fix ?? 'Add it.' }];
  const near = typeof issue.input === 'string' ? suggestion(issue.input, expected) : undefined;
  return [{ path, expected, found, fix: near ?? fix ?? 'Correct or remove it.' }];
}

/** A schema message says what is expected. After a full stop it may say what to do. */
function expectation(message: string): { expected: string; fix: string | undefined } {
  const [, expected = message, fix] = /^(.*?)\. ([A-Z].*)$/.exec(message) ?? [];
  return { expected, fix };
}

/** The schema reports only the first unknown name of an object. A person wants to see all of them. */
function unknownNames(issue: v.BaseIssue<unknown>, above: ConfigPath, expected: string): ConfigDiagnostic[] {
  const known = namesIn(expected);
  const object = issue.path?.at(-1)?.input;
  const names = isObject(object) ? Object.keys(object).filter((name) => !known.includes(name)) : [];
  return names.map((name) => ({
    path: [...above, name],
    expected,
    found: 'an unknown name',
    fix: suggestion(name, expected) ?? 'Remove it.',
  }));
}

function suggestion(written: string, expected: string): string | undefined {
  const [near] = nearest(written, namesIn(expected), 1);
  return near === undefined ? undefined : `Did you mean \`${near}\`?`;
}

function namesIn(expected: string): string[] {
  return expected.startsWith(oneOf) ? expected.slice(oneOf.length).split(', ') : [];
}
