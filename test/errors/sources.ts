import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Every source file of the product, with its text. */
export const sources = ['lib', 'functions'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => ({ name: join(folder, name), text: readFileSync(join(folder, name), 'utf8') })),
);

/** The files that throw this error, or that name it where they throw one. Tables of kinds and logs don't count. */
export function filesOf(kind: string): string[] {
  const thrown = new RegExp(`SluiceError\\(\\s*'${kind}'`);
  const named = new RegExp(`'${kind}'|\\b${kind}\\b`);
  const isSource = (name: string) => !/errors\.ts$|^lib\/(telemetry|client|openapi|emulator)\//.test(name);
  // Providers' statuses and codes are mapped to kinds by a table there.
  const isTable = (name: string) => name === 'lib/dialects/upstream-failure.ts';
  const throwing = sources.filter(
    ({ name, text }) => isSource(name) && (thrown.test(text) || (isTable(name) && named.test(text))),
  );
  const found = throwing.length > 0 ? throwing : sources.filter(({ name, text }) => isSource(name) && named.test(text));
  return found.map(({ name }) => name).sort();
}
