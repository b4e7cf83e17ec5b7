/** Long suites run whole in `npm run test:full`, and in a smaller seeded form in `npm test`. */
export const isFull: boolean = process.env.SLUICE_TEST_FULL === '1';

/** The number for this run. */
export function extent({ full, reduced }: { full: number; reduced: number }): number {
  return isFull ? full : reduced;
}

/** Says in one line what a long suite covered, so that a smaller run is not taken for the whole one. */
export function covered(what: string): void {
  console.log(`${isFull ? 'in full' : 'reduced'}: ${what}`);
}
