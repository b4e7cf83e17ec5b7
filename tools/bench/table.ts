import type { Column } from './columns.ts';
import { median } from './median.ts';
import type { Round } from './round.ts';
import { pipeOf, type Row, rows } from './rows.ts';

/** The rounds as text: the ratio of each row to its pipe, then the base values. */
export function tablesOf(rounds: readonly Round[], columns: readonly Column[]): string {
  const ratios = rows
    .filter(({ through }) => through !== 'pipe')
    .map((row) => ({ row, cells: columns.map((column) => ratiosOf(rounds, row, column)) }));
  const spread = Math.max(...ratios.flatMap(({ cells }) => cells.map((cell) => Math.max(...cell) / Math.min(...cell))));
  return [
    'Ratio to the raw Node http pipe that carried the same upstream bytes in the same round, median of the rounds:',
    '',
    table(
      ['client x provider', ...columns.map(({ title }) => title)],
      [
        ['raw pipe', ...columns.map(() => '1')],
        ...ratios.map(({ row, cells }) => [row.name, ...cells.map((cell) => median(cell).toFixed(2))]),
      ],
    ),
    '',
    rounds.length > 1
      ? `The same ratio differed by a factor of up to ${spread.toFixed(2)} between rounds.`
      : 'One round only, for a first impression.',
    '',
    ...columns.map(({ title, detail }) => `${title}: ${detail}.`),
    'Tokens per CPU second are the inverse of CPU per token.',
    '',
    'Absolute values (medians) of this machine at this time. Do not compare them with other runs:',
    '',
    table(
      ['client x provider', ...columns.map(({ title, unit }) => `${title}, (${unit})`)],
      rows.map((row) => [row.name, ...columns.map((column) => short(median(figuresOf(rounds, row, column))))]),
    ),
  ].join('\n');
}

/** Ratios to the pipe, by row and by the title of the column. */
export type Ratios = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** The ratios to the pipe, medians of the rounds. */
export function medianRatios(rounds: readonly Round[], columns: readonly Column[]): Ratios {
  const measured = rows.filter(({ through }) => through !== 'pipe');
  return Object.fromEntries(
    measured.map((row) => [
      row.name,
      Object.fromEntries(columns.map((column) => [column.title, median(ratiosOf(rounds, row, column))])),
    ]),
  );
}

function ratiosOf(rounds: readonly Round[], row: Row, column: Column): number[] {
  const own = figuresOf(rounds, row, column);
  const pipe = figuresOf(rounds, pipeOf(row), column);
  return own.map((figure, index) => figure / (pipe[index] ?? Number.NaN));
}

function figuresOf(rounds: readonly Round[], row: Row, column: Column): number[] {
  return rounds.map((round) => round.get(row)?.get(column) ?? Number.NaN);
}

function short(figure: number): string {
  return figure >= 100 ? figure.toFixed(0) : figure.toPrecision(3);
}

/** Columns as wide as their widest cell. Headings break at commas. */
export function table(headings: readonly string[], lines: readonly (readonly string[])[]): string {
  const broken = headings.map((heading) => heading.split(', '));
  const height = Math.max(...broken.map((parts) => parts.length));
  const heads = Array.from({ length: height }, (_, index) => broken.map((parts) => parts[index] ?? ''));
  const all = [...heads, ...lines];
  const widths = headings.map((_, index) => Math.max(...all.map((line) => line[index]?.length ?? 0)));
  const pad = (cell: string, index: number) =>
    index === 0 ? cell.padEnd(widths[index] ?? 0) : cell.padStart(widths[index] ?? 0);
  return all.map((line) => line.map(pad).join('  ').trimEnd()).join('\n');
}
