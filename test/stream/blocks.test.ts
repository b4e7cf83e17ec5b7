import { describe, expect, test } from 'vitest';
import { Blocks, type ToolFragment } from '../../lib/stream/blocks.ts';
import type { StreamEvent } from '../../lib/stream/events.ts';

/** The events as one line each: `0 tool weather`, `0 {"city":`, `0 end`. */
function lines(...parts: Iterable<StreamEvent>[]): string[] {
  return parts.flatMap((part) => [...part].map(line));
}

function line(event: StreamEvent): string {
  switch (event.type) {
    case 'block-start':
      return `${event.index} ${event.block.kind}${event.block.kind === 'tool' ? ` ${event.block.name} ${event.block.id}` : ''}`;
    case 'text-delta':
      return `${event.index} "${event.text}"`;
    case 'tool-delta':
      return `${event.index} ${event.json}`;
    case 'block-end':
      return `${event.index} end`;
    default:
      return event.type;
  }
}

const text = (blocks: Blocks, content: string) => blocks.delta('text', { kind: 'text' }, { type: 'text-delta', text: content });
const tool = (blocks: Blocks, key: number, fragment: ToolFragment) => blocks.tool(key, fragment);

describe('Blocks', () => {
  test('end text at a tool call, and have dense indexes', () => {
    const blocks = new Blocks('x');
    expect(
      lines(
        text(blocks, 'Let me see'),
        tool(blocks, 1, { id: 'a', name: 'weather' }),
        tool(blocks, 1, { json: '{}' }),
        blocks.endAll(),
      ),
    ).toEqual(['0 text', '0 "Let me see"', '0 end', '1 tool weather a', '1 {}', '1 end']);
  });

  test('hold a name until it is whole, whether the provider splits or repeats it', () => {
    const split = new Blocks('x');
    expect(lines(tool(split, 0, { id: 'a', name: 'wea' }), tool(split, 0, { name: 'ther' }))).toEqual([]);
    expect(lines(tool(split, 0, { json: '{' }))).toEqual(['0 tool weather a', '0 {']);
    const repeated = new Blocks('x');
    expect(lines(tool(repeated, 0, { id: 'a', name: 'weather' }), tool(repeated, 0, { name: 'weather', json: '{}' }))).toEqual([
      '0 tool weather a',
      '0 {}',
    ]);
  });

  test('put interleaved calls in sequence, and stream the first one', () => {
    const blocks = new Blocks('x');
    expect(lines(tool(blocks, 0, { id: 'a', name: 'f', json: '{"x"' }))).toEqual(['0 tool f a', '0 {"x"']);
    expect(lines(tool(blocks, 1, { id: 'b', name: 'g', json: '{"y":' }))).toEqual([]);
    expect(lines(tool(blocks, 0, { json: ':1}' }))).toEqual(['0 :1}', '0 end', '1 tool g b', '1 {"y":']);
    expect(lines(tool(blocks, 1, { json: '2}' }), blocks.endAll())).toEqual(['1 2}', '1 end']);
  });

  test('accept names first and arguments later', () => {
    const blocks = new Blocks('x');
    expect(lines(tool(blocks, 0, { id: 'a', name: 'f' }), tool(blocks, 1, { id: 'b', name: 'g' }))).toEqual(['0 tool f a']);
    expect(lines(tool(blocks, 0, { json: '{"x":1}' }), tool(blocks, 1, { json: '{}' }), blocks.endAll())).toEqual([
      '0 {"x":1}',
      '0 end',
      '1 tool g b',
      '1 {}',
      '1 end',
    ]);
  });

  test('give a call without arguments an empty object, and a call without an id a new one', () => {
    const blocks = new Blocks('x');
    expect(lines(tool(blocks, 0, { name: 'now' }), blocks.endAll())).toEqual(['0 tool now call_x_0', '0 {}', '0 end']);
  });

  test('hold text inside an unfinished call until the call ends', () => {
    const blocks = new Blocks('x');
    expect(lines(tool(blocks, 0, { id: 'a', name: 'f', json: '{' }), text(blocks, 'hm'), tool(blocks, 0, { json: '}' }))).toEqual(
      ['0 tool f a', '0 {', '0 }', '0 end', '1 text', '1 "hm"'],
    );
  });

  test('close at once at an announced end', () => {
    const blocks = new Blocks('x');
    const first = blocks.delta(0, { kind: 'text' }, { type: 'text-delta', text: 'a' });
    expect(lines(first, blocks.end(0), blocks.open(1, { kind: 'redacted-reasoning', data: 'zz' }), blocks.end(1))).toEqual([
      '0 text',
      '0 "a"',
      '0 end',
      '1 redacted-reasoning',
      '1 end',
    ]);
  });

  test('join the two halves of a code point, and never emit a lone half', () => {
    const blocks = new Blocks('x');
    expect(lines(text(blocks, 'a\ud83c'), text(blocks, '\udf0d\ud83c'))).toEqual(['0 text', '0 "a"', '0 "🌍"']);
    expect(lines(text(blocks, 'b'), text(blocks, '\ud83c'), blocks.endAll())).toEqual(['0 "\ufffdb"', '0 "\ufffd"', '0 end']);
    const call = new Blocks('x');
    expect(lines(tool(call, 0, { id: 'a', name: 'f', json: '{"x":"\ud83c' }), tool(call, 0, { json: '\udf0d"}' }))).toEqual([
      '0 tool f a',
      '0 {"x":"',
      '0 🌍"}',
    ]);
  });

  test('keep data next to an end with that end, also when it waits', () => {
    const blocks = new Blocks('x');
    const events = [
      ...blocks.tool(0, { id: 'a', name: 'f', json: '{' }),
      ...blocks.tool(1, { id: 'b', name: 'g', json: '{}' }),
      ...blocks.end(1, { status: 'completed' }),
      ...blocks.end(0),
    ];
    expect(events.filter(({ type }) => type === 'block-end')).toEqual([
      { type: 'block-end', index: 0 },
      { type: 'block-end', index: 1, passthrough: { status: 'completed' } },
    ]);
  });

  test('drop white space after the end of a call', () => {
    const blocks = new Blocks('x');
    expect(
      lines(
        tool(blocks, 0, { id: 'a', name: 'f', json: '{}' }),
        tool(blocks, 1, { id: 'b', name: 'g', json: '{' }),
        tool(blocks, 0, { json: ' \n' }),
        tool(blocks, 1, { json: '}' }),
        blocks.endAll(),
      ),
    ).toEqual(['0 tool f a', '0 {}', '0 end', '1 tool g b', '1 {', '1 }', '1 end']);
  });

  test('wait for the end of a call without arguments if the provider announces ends', () => {
    const blocks = new Blocks('x', { marksEnds: true });
    const first = lines(
      tool(blocks, 0, { id: 'a', name: 'f' }),
      tool(blocks, 1, { id: 'b', name: 'g', json: '{}' }),
      tool(blocks, 0, { json: '{"x":1}' }),
    );
    expect(first).toContain('0 {"x":1}');
    expect(lines(tool(blocks, 0, { json: '\n' }), blocks.end(0), blocks.end(1))).toEqual(['1 end']);
  });

  test.each(['', ' \n'])('deliver the next call at once after a call with the arguments %j', (blank) => {
    const blocks = new Blocks('x');
    lines(tool(blocks, 0, { id: 'a', name: 'f', json: blank }));
    const [next, more] = [lines(tool(blocks, 1, { id: 'b', name: 'g' })), lines(tool(blocks, 1, { json: '{"x":' }))];
    const shown = [...next, ...more].filter((each) => !each.startsWith('0 tool'));
    expect(shown).toEqual(['0 {}', '0 end', '1 tool g b', '1 {"x":']);
  });

  test('keep the order of long text and reasoning after a call without arguments', () => {
    const blocks = new Blocks('x');
    const thought = (words: string) => blocks.delta('reasoning', { kind: 'reasoning' }, { type: 'reasoning-delta', text: words });
    const long = 'x'.repeat(2 << 20);
    const all = lines(
      tool(blocks, 0, { id: 'a', name: 'f' }),
      text(blocks, 'one'),
      thought('hm'),
      text(blocks, long),
      blocks.endAll(),
    );
    expect(all.filter((each) => / (tool|text|reasoning)/.test(each))).toEqual(['0 tool f a', '1 text', '2 reasoning', '3 text']);
    expect(all).toContain(`3 "${long}"`);
  });

  test('keep the order of what waits for an open call', () => {
    const blocks = new Blocks('x');
    const all = lines(
      tool(blocks, 0, { id: 'a', name: 'f', json: '{' }),
      text(blocks, 'one'),
      blocks.delta('reasoning', { kind: 'reasoning' }, { type: 'reasoning-delta', text: 'hm' }),
      text(blocks, 'two'),
      tool(blocks, 0, { json: '}' }),
      blocks.endAll(),
    );
    expect(all.filter((each) => each.includes('"'))).toEqual(['1 "one"', '3 "two"']);
  });

  test('accept thousands of blocks, up to a limit of calls', () => {
    const blocks = new Blocks('x');
    for (let at = 0; at < 100_000; at++) {
      text(blocks, 'a');
      blocks.delta('reasoning', { kind: 'reasoning' }, { type: 'reasoning-delta', text: 'b' });
    }
    expect(lines(text(blocks, 'last'))[1]).toBe('200000 text');
    const calling = new Blocks('x');
    const flood = () => {
      for (let key = 0; key < 1 << 17; key++) tool(calling, key, { name: 'f', json: '{}' });
    };
    expect(flood).toThrow('more tool calls than the gateway can track');
  });

  test('reject what can’t be put in order', () => {
    const named = new Blocks('x');
    expect(() => lines(tool(named, 0, { json: '{}' }))).toThrow('without a name');
    const ended = new Blocks('x');
    lines(tool(ended, 0, { name: 'f', json: '{}' }), ended.end(0));
    expect(() => lines(tool(ended, 0, { json: '{}' }))).toThrow('after its end');
    const flooded = new Blocks('x');
    lines(tool(flooded, 0, { name: 'f', json: '{' }), tool(flooded, 1, { name: 'g' }));
    expect(() => lines(tool(flooded, 1, { json: 'x'.repeat(2 << 20) }))).toThrow('interleaved');
  });
});
