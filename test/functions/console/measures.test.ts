import { describe, expect, test } from 'vitest';
import { gapSummary, measured, nothingMeasured, rate } from '../../../functions/console/browser/run/measures.ts';
import type { AnswerEvent } from '../../../lib/client/index.ts';

const piece = (text: string): AnswerEvent => ({ type: 'text-delta', index: 0, text });

describe('the measurements of an answer', () => {
  const times = [100, 140, 160, 400];
  const measures = times.reduce((before, at) => measured(before, piece('a'), at), nothingMeasured);

  test('have the first piece, the last, and the time between pieces', () => {
    expect(measures).toEqual({ firstAt: 100, lastAt: 400, pieces: 4, gaps: [40, 20, 240] });
    expect(gapSummary(measures)).toBe('40 ms, longest 240 ms');
  });

  test('count pieces of reasoning and of calls, and nothing else', () => {
    const events: AnswerEvent[] = [
      { type: 'start', id: '', model: '' },
      { type: 'block-start', index: 0, block: { kind: 'reasoning' } },
      { type: 'reasoning-delta', index: 0, text: 'hm' },
      { type: 'signature-delta', index: 0, signature: 'x' },
      { type: 'block-end', index: 0 },
      piece(''),
      { type: 'tool-delta', index: 1, json: '{}' },
    ];
    expect(events.reduce((before, event) => measured(before, event, 1), nothingMeasured).pieces).toBe(2);
  });

  test('show tokens per second only if the provider counted them', () => {
    expect(rate(measures, undefined)).toBe('10.0 pieces/s');
    expect(rate(measures, 0)).toBe('10.0 pieces/s');
    expect(rate(measures, 1)).toBe('10.0 pieces/s');
    expect(rate(measures, 31)).toBe('100.0 tokens/s');
    expect(rate(measured(nothingMeasured, piece('a'), 5), 31)).toBeUndefined();
    expect(gapSummary(nothingMeasured)).toBeUndefined();
  });
});
