import { describe, expect, test } from 'vitest';
import { decode } from '../../../lib/dialects/openai-chat/decode.ts';
import { ThinkingText } from '../../../lib/dialects/openai-chat/thinking-text.ts';
import type { JsonObject } from '../../../lib/stream/json.ts';
import type { Frame } from '../../../lib/wire/frame.ts';
import { flattened, oneByOne } from '../../support/batches.ts';
import { collect } from '../../support/collect.ts';
import { grammarViolations } from '../../support/grammar.ts';

/** The result for content in these pieces: `(thought) text`. */
function told(...pieces: string[]): string {
  const thinking = new ThinkingText('thinking');
  const all = [...pieces.flatMap((piece) => [...thinking.read(piece)]), ...thinking.end()];
  const of = (thought: boolean) =>
    all
      .filter((piece) => piece.thought === thought)
      .map(({ text }) => text)
      .join('');
  return `(${of(true)}) ${of(false)}`;
}

describe('ThinkingText', () => {
  test.each([
    ['<thinking>Hm < 3.</thinking>\n\nHi <b>', '(Hm < 3.) Hi <b>'],
    [' \n<thinking>Hm</thinking>', '(Hm) '],
    ['Hi <thinking>no</thinking>', '() Hi <thinking>no</thinking>'],
    ['<think>no', '() <think>no'],
    ['<thin', '() <thin'],
    ['<thinking>Hm</thin', '(Hm</thin) '],
    ['<thinking></thinking>Hi</thinking>', '() Hi</thinking>'],
    ['', '() '],
  ])('reads %j as %j, in one piece and in many', (content, expected) => {
    expect(told(content)).toBe(expected);
    expect(told(...content)).toBe(expected);
  });

  test('streams thoughts as they arrive', () => {
    const thinking = new ThinkingText('thinking');
    expect([...thinking.read('<thinking>Let me')]).toEqual([{ thought: true, text: 'Let me' }]);
    expect([...thinking.read(' see</')]).toEqual([{ thought: true, text: ' see' }]);
    expect([...thinking.read('thinking>\nHi')]).toEqual([{ thought: false, text: 'Hi' }]);
    expect([...thinking.read('<')]).toEqual([{ thought: false, text: '<' }]);
  });
});

function* frames(...deltas: JsonObject[]): Generator<Frame> {
  for (const delta of deltas) yield { data: JSON.stringify({ id: 'e', model: 'm', choices: [{ index: 0, delta }] }) };
  yield { data: JSON.stringify({ id: 'e', model: 'm', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }) };
}

describe('a provider whose models put thoughts between tags', () => {
  const read = async (thinkingTags: boolean, ...deltas: JsonObject[]) => {
    const context = { id: 'ours', model: 'm', passthrough: false };
    const batches = decode(oneByOne(frames(...deltas)), context, thinkingTags ? { thinkingTags: 'thinking' } : {});
    const events = await collect(flattened(batches));
    expect(grammarViolations(events)).toEqual([]);
    return events.flatMap((event) => {
      if (event.type === 'block-start') return [event.block.kind];
      if (event.type === 'tool-delta') return [event.json];
      return event.type === 'text-delta' || event.type === 'reasoning-delta' ? [event.text] : [];
    });
  };
  const call = { tool_calls: [{ index: 0, id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } }] };

  test('yields reasoning, then text or a call', async () => {
    const thought = [{ content: '<thinking>H' }, { content: 'm</thi' }, { content: 'nking>\n' }];
    expect(await read(true, ...thought, { content: 'Hi' })).toEqual(['reasoning', 'H', 'm', 'text', 'Hi']);
    expect(await read(true, ...thought, call)).toEqual(['reasoning', 'H', 'm', 'tool', '{}']);
  });

  test('yields text that looked like a tag before the next call, and at the end', async () => {
    expect(await read(true, { content: '<th' }, call)).toEqual(['text', '<th', 'tool', '{}']);
    expect(await read(true, { content: '<th' })).toEqual(['text', '<th']);
  });

  test('is one with that quirk in its preset', async () => {
    expect(await read(false, { content: '<thinking>Hm</thinking>' })).toEqual(['text', '<thinking>Hm</thinking>']);
  });
});
