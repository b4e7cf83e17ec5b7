import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Ratios, table } from './table.ts';

const file = fileURLToPath(new URL('./baseline.json', import.meta.url));

/** Keeps these ratios for later runs to compare with. */
export function saveBaseline(ratios: Ratios): void {
  const rounded = Object.entries(ratios).map(([row, columns]) => [
    row,
    Object.fromEntries(Object.entries(columns).map(([title, ratio]) => [title, Number(ratio.toFixed(2))])),
  ]);
  writeFileSync(file, `${JSON.stringify(Object.fromEntries(rounded), null, 2)}\n`);
}

/** Each ratio as a multiple of the saved one, as text. 1 is no change. */
export function comparison(ratios: Ratios): string {
  if (!existsSync(file)) return 'There is no saved baseline. Save one with --save.';
  const baseline = JSON.parse(readFileSync(file, 'utf8')) as Ratios;
  const titles = Object.keys(Object.values(ratios)[0] ?? {});
  const change = (row: string, title: string) => {
    const saved = baseline[row]?.[title];
    return saved ? ((ratios[row]?.[title] ?? Number.NaN) / saved).toFixed(2) : 'new';
  };
  return [
    'The same ratios divided by those of the saved baseline (tools/bench/baseline.json). 1 is no change. On a busy machine',
    'a third more or less means nothing:',
    '',
    table(
      ['client x provider', ...titles],
      Object.keys(ratios).map((row) => [row, ...titles.map((title) => change(row, title))]),
    ),
  ].join('\n');
}
