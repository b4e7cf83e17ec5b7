import { expect, test } from 'vitest';
import { covered } from '../support/extent.ts';
import { cellsOf } from './cells.ts';
import { faults, rows } from './rows.ts';

/** Rows that have a test of their own beside this one, since a provider's bytes alone do not make them. */
const byThemselves: Record<number, string> = {
  4: 'tls.test.ts',
  28: 'huge.test.ts',
  42: 'readers.test.ts',
  43: 'readers.test.ts',
  44: 'own-failure.test.ts',
  45: 'readers.test.ts',
  46: 'every cell of the matrix is met in one piece too',
};

/** Rows that need what is not in this process. */
const elsewhere: Record<number, string> = {
  40: 'It needs a double of Secrets Manager; a key that is not set is in secrets.test.ts',
  41: 'It needs the Lambda runtime; the limit for the whole answer is in row 18',
};

test('every row of the matrix has a test, here or elsewhere with a reason', () => {
  const met = new Set([
    ...faults.map(({ row }) => row),
    ...Object.keys(byThemselves).map(Number),
    ...Object.keys(elsewhere).map(Number),
  ]);
  expect([...met].sort((a, b) => a - b)).toEqual(Object.keys(rows).map(Number));
  const cells = cellsOf(faults).length;
  covered(`fault matrix, ${faults.length} faults of ${Object.keys(rows).length} rows in ${cells} cells, each met in three ways`);
  for (const [row, reason] of Object.entries(elsewhere))
    console.log(`fault matrix: row ${row} (${rows[Number(row)]}) is elsewhere. ${reason}`);
});
