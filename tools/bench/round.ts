import { type Child, startChild } from './child.ts';
import { type Column, type Extent, warmUp } from './columns.ts';
import type { Subject } from './measure.ts';
import { type Row, rows } from './rows.ts';

/** The results of one round: a number per column and row. */
export type Round = ReadonlyMap<Row, ReadonlyMap<Column, number>>;

/**
 * Measures every column of every row once, in new processes. All rows of a column run before the next column, so that
 * other load on the machine affects comparable rows. `backwards` reverses the order.
 */
export async function measureRound(
  columns: readonly Column[],
  extent: Extent,
  upstream: URL,
  backwards: boolean,
): Promise<Round> {
  const children = new Map<Row, Child>();
  const figures = new Map(rows.map((row) => [row, new Map<Column, number>()]));
  try {
    await Promise.all(rows.map(async (row) => children.set(row, await startChild(`${row.through}.ts`, [upstream.origin]))));
    const subjects = [...children].map(([row, child]) => ({ row, child }));
    subjects.sort((one, other) => rows.indexOf(one.row) - rows.indexOf(other.row));
    if (backwards) subjects.reverse();

    const measure = async (column: Column) => {
      for (const subject of subjects) figures.get(subject.row)?.set(column, await named(column, subject));
    };
    for (const column of columns.filter(({ process }) => process === 'fresh')) await measure(column);
    for (const subject of subjects) await warmUp(subject, extent);
    for (const column of columns.filter(({ process }) => process === 'warm')) await measure(column);
    return figures;
  } finally {
    await Promise.all([...children.values()].map((child) => child.stop()));
  }
}

async function named(column: Column, subject: Subject): Promise<number> {
  try {
    return await column.measure(subject);
  } catch (cause) {
    throw new Error(`${column.title}: ${subject.row.name}`, { cause });
  }
}
