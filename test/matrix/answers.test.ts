import { describe, expect, test } from 'vitest';
import { check, checkPieces } from '../support/checker/check.ts';
import { chunkings } from '../support/chunkings.ts';
import { grammarViolations } from '../support/grammar.ts';
import { testWithRecordings } from '../support/recordings.ts';
import { translate } from '../support/translate.ts';
import { counted, shown } from '../support/truth/shown.ts';
import type { Truth } from '../support/truth/truth.ts';
import { truthOf } from '../support/truth/truth-of.ts';
import { cases } from './cases.ts';

describe('every recorded answer, for every client', () => {
  testWithRecordings('there are recordings of every provider dialect', () => {
    const formats = new Set(cases().map(({ format }) => format));
    const read = [
      'openai-chat',
      'openai-completions',
      'openai-responses',
      'anthropic-messages',
      'bedrock-converse',
      'bedrock-invoke',
      'gemini',
    ];
    expect(read.filter((format) => !formats.has(format as never))).toEqual([]);
  });

  test.for(cases().map((one) => [one.title, one] as const))(
    '%s: is correct and follows the rules for any chunking',
    async ([, one]) => {
      const truth = shown(truthOf(one), one.dialect);
      const { events, pieces, bytes } = await translate(one);
      const reading = check(one.dialect, bytes, { showUsage: true, expectError: !truth.complete });

      expect([...reading.violations, ...checkPieces(pieces), ...grammarViolations(events)]).toEqual([]);
      expect(told(reading.truth, truth)).toEqual(told(truth, truth));

      for (const { name, cut } of chunkings) {
        const again = await translate(one, cut);
        expect(again.bytes.equals(bytes), `cut into ${name}`).toBe(true);
      }
      const withoutUsage = await translate({ ...one, showUsage: false });
      expect(check(one.dialect, withoutUsage.bytes).violations).toEqual([]);
    },
  );
});

/** What a comparison of readings includes: an id from us must only exist, and of a failure only the message counts. */
function told(reading: Truth, truth: Truth): unknown {
  const { text, reasoning, signatures, redacted, refusal, complete } = reading;
  const compared = { text, reasoning, signatures, redacted, refusal, complete };
  if (!truth.complete)
    return {
      ...compared,
      wording: reading.error === truth.error || reading.error?.message.startsWith(truth.error?.message ?? ''),
    };
  const givenId = reading === truth ? 'string' : undefined;
  const tools = reading.tools.map((tool, at) => ({ ...tool, id: truth.tools[at]?.id ? tool.id : (givenId ?? typeof tool.id) }));
  return { ...compared, tools, reason: reading.finish.reason, usage: counted(reading.usage) };
}
