import { describe, expect, test } from 'vitest';
import { check } from '../support/checker/check.ts';
import { translate } from '../support/translate.ts';
import { shown } from '../support/truth/shown.ts';
import { truthOf } from '../support/truth/truth-of.ts';
import { type Case, cases } from './cases.ts';
import { cutPositions } from './cut-positions.ts';

describe('every recorded answer, cut short', () => {
  if (cases().length === 0) test.skip('a cut answer ends in one error');

  // A client of another dialect can't request several choices, so only the first counts.
  const fitting = cases().filter((one) => one.dialect === one.format || !/__n\d/.test(one.title));

  test.for(fitting.map((one) => [one.title, one] as const))(
    '%s: ends in one error, unless the provider had finished',
    async ([, one]) => {
      const whole = shown(truthOf(one), one.dialect);
      let unfinished = 0;
      for (const position of cutPositions(one)) {
        const { complete, said, wrong } = await cutAt(one, position);
        expect(wrong, `cut at byte ${position}`).toEqual([]);
        expect(whole.text.startsWith(said.text) && whole.reasoning.startsWith(said.reasoning), `cut at byte ${position}`).toBe(
          true,
        );
        if (!complete) unfinished++;
      }
      expect(unfinished).toBeGreaterThan(0);
    },
  );
});

/** What is wrong with the answer to a client when the provider's bytes end here. */
async function cutAt(one: Case, position: number) {
  const bytes = one.bytes.subarray(0, position);
  const truth = shown(truthOf({ ...one, bytes }), one.dialect);
  const answer = await translate({ ...one, bytes });
  const reading = check(one.dialect, answer.bytes, { showUsage: true, expectError: !truth.complete });
  const { text, reasoning, finish, complete } = reading.truth;
  return {
    complete: truth.complete,
    said: { text, reasoning },
    wrong: [
      ...reading.violations,
      ...(text === truth.text ? [] : [`text: ${JSON.stringify(text.slice(-40))} for ${JSON.stringify(truth.text.slice(-40))}`]),
      ...(reasoning === truth.reasoning ? [] : ['reasoning: not all that had come']),
      ...(complete === truth.complete ? [] : ['complete: not as the provider had it']),
      ...(truth.complete || finish.raw === undefined ? [] : [`finish: an invented ${finish.raw}`]),
    ],
  };
}
