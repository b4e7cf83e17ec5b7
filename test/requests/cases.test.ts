import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerCases } from './cases/answers.ts';
import { cachingCases } from './cases/caching.ts';
import { limitCases } from './cases/limits.ts';
import { mediaCases } from './cases/media.ts';
import { reasoningHistoryCases } from './cases/reasoning-history.ts';
import { textAndOrderCases } from './cases/text-and-order.ts';
import { thinkingCases } from './cases/thinking.ts';
import { toolCases } from './cases/tools.ts';
import { vendorOnlyCases } from './cases/vendor-only.ts';
import { expectAnswer, type RequestCase } from './request-case.ts';
import { openStrictLab, type StrictLab } from './strict-lab.ts';

const groups: Readonly<Record<string, readonly RequestCase[]>> = {
  thinking: thinkingCases,
  'reasoning in history': reasoningHistoryCases,
  tools: toolCases,
  'vendor-only things': vendorOnlyCases,
  'text and order': textAndOrderCases,
  limits: limitCases,
  media: mediaCases,
  caching: cachingCases,
  answers: answerCases,
};

let lab: StrictLab;
beforeAll(async () => {
  lab = await openStrictLab();
});
afterAll(() => lab.close());

describe.each(Object.entries(groups))('%s', (_kind, cases) => {
  const variants = cases.flatMap((one) => [true, false].map((stream) => ({ one, stream, title: one.title })));
  it.each(variants)('$title (stream: $stream)', async ({ one, stream }) => {
    const outcome = await lab.send(one, stream, one.scripted);
    if (one.refused) expect(outcome.sent.length).toBeLessThanOrEqual(2);
    else expectAnswer(outcome);
    one.check?.(outcome);
  });
});
