import { afterAll, describe, expect, test } from 'vitest';
import { type DialectName, StreamError } from '../../lib/client/index.ts';
import { cases } from '../matrix/cases.ts';
import type { CheckedDialect } from '../support/checker/check.ts';
import { chunkings } from '../support/chunkings.ts';
import { covered, extent } from '../support/extent.ts';
import { translate } from '../support/translate.ts';
import { counted, shown } from '../support/truth/shown.ts';
import { parsed } from '../support/truth/truth.ts';
import { truthOf } from '../support/truth/truth-of.ts';
import { read } from './ask.ts';

const names: Partial<Record<CheckedDialect, DialectName>> = {
  'openai-chat': 'chat',
  'openai-completions': 'completions',
  'openai-responses': 'responses',
  'anthropic-messages': 'messages',
  'anthropic-complete': 'complete',
  'bedrock-converse': 'converse',
};

const all = cases().filter(({ dialect }) => names[dialect]);
// In a reduced run every recording is read by one dialect after the other.
const chosen = all.filter((_, at) => at % extent({ full: 1, reduced: 5 }) === 0);
afterAll(() => {
  if (chosen.length > 0) covered(`${chosen.length} of ${all.length} recorded answers, read by the client`);
});

describe.skipIf(all.length === 0)('a recorded answer, from the provider through the gateway to the client', () => {
  test.for(chosen.map((one, at) => [one.title, one, at] as const))('%s: equals what the provider sent', async ([, one, at]) => {
    const dialect = names[one.dialect] ?? 'chat';
    const { bytes } = await translate(one);
    const truth = shown(truthOf(one), one.dialect);
    const { cut } = chunkings[at % chunkings.length] ?? { cut: undefined };
    const answer = await read(dialect, bytes, cut)
      .answer()
      .catch((error: unknown) => error as StreamError);
    if (!truth.complete) {
      expect(answer).toBeInstanceOf(StreamError);
      return;
    }
    if (answer instanceof StreamError) throw answer;
    expect(answer).toMatchObject({
      text: truth.text + (truth.refusal ?? ''),
      reasoning: truth.reasoning,
      reason: truth.finish.reason,
    });
    const calls = answer.toolCalls.map(({ name, arguments: json }) => ({ name, arguments: parsed(json) ?? json }));
    expect(calls).toEqual(truth.tools.map(({ name, arguments: value }) => ({ name, arguments: value })));
    if (dialect !== 'complete') expect(counted(answer.usage)).toEqual(counted(truth.usage));
  });
});
if (all.length === 0) test.skip('a recorded answer, sent by the gateway and read by the client');
