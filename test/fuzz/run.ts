import fc from 'fast-check';
import { bodies, bodyFaults, printedBody } from './bodies.ts';
import { printedRequest, requestCases, requestFaults } from './requests.ts';
import { printedRoundTrip, roundTripFaults, roundTrips } from './round-trips.ts';
import { printed, streamCases, streamFaults } from './streams.ts';

/** One kind of thing that is tried with whatever the generator makes. */
export interface Fuzz {
  readonly name: string;
  /** Resolves to what is wrong with a case that was made small, or to nothing where all cases are well. */
  run(seed: number, count: number): Promise<string | undefined>;
}

function fuzz<Case>(
  name: string,
  cases: fc.Arbitrary<Case>,
  faults: (one: Case) => Promise<string[]>,
  print: (one: Case) => string,
): Fuzz {
  return {
    name,
    async run(seed, numRuns) {
      const property = fc.asyncProperty(cases, async (one) => {
        const wrong = await faults(one);
        if (wrong.length > 0) throw new Error(wrong.join('\n'));
      });
      const result = await fc.check(property, { seed, numRuns, interruptAfterTimeLimit: undefined });
      const [smallest] = result.counterexample ?? [];
      if (smallest === undefined) return result.failed ? `${name}: ${result.errorInstance}` : undefined;
      const wrong = await faults(smallest).catch((thrown: Error) => [String(thrown.stack)]);
      return [
        `${name}, seed ${seed}: case ${result.numRuns} of ${numRuns} fails, made small in ${result.numShrinks} steps`,
        ...wrong,
        print(smallest),
      ].join('\n');
    },
  };
}

export const fuzzes: readonly Fuzz[] = [
  fuzz('streams', streamCases, streamFaults, printed),
  fuzz('requests', requestCases, requestFaults, printedRequest),
  fuzz('bodies', bodies, bodyFaults, printedBody),
  fuzz('round trips', roundTrips, roundTripFaults, printedRoundTrip),
];
