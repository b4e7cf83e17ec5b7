import { describe, expect, test } from 'vitest';
import { editBody } from '../../lib/models/edit-body.ts';

const text = (value: string, more = {}) => ({ type: 'text', text: value, ...more });

describe('editBody', () => {
  test('leaves the client’s own words where nothing was changed', () => {
    const own = { messages: [{ role: 'user', content: 'Hi', odd: 1 }], odd: { a: [1] } };
    expect(
      editBody(
        own,
        { messages: [{ role: 'user', content: [text('Hi')] }] },
        { messages: [{ role: 'user', content: [text('Hi')] }] },
      ),
    ).toEqual(own);
  });

  test('keeps unknown members beside one that was changed', () => {
    const own = { tools: [{ name: 'long', odd: true, schema: { type: 'object', odd: 1 } }] };
    const spelled = (name: string) => ({ tools: [{ name, schema: { type: 'object' } }] });
    expect(editBody(own, spelled('long'), spelled('short'))).toEqual({
      tools: [{ name: 'short', odd: true, schema: { type: 'object', odd: 1 } }],
    });
  });

  test('removes an item and keeps the others as they came', () => {
    const own = { content: [text('a', { odd: 1 }), text(' '), text('b', { odd: 2 })] };
    expect(editBody(own, { content: [text('a'), text(' '), text('b')] }, { content: [text('a'), text('b')] })).toEqual({
      content: [text('a', { odd: 1 }), text('b', { odd: 2 })],
    });
  });

  test('moves an item as it came', () => {
    const own = { content: [text('a', { odd: 1 }), { type: 'result', odd: 2 }] };
    const before = { content: [text('a'), { type: 'result' }] };
    expect(editBody(own, before, { content: [...before.content].reverse() })).toEqual({
      content: [{ type: 'result', odd: 2 }, text('a', { odd: 1 })],
    });
  });

  test('keeps items that the vocabulary has no word for', () => {
    const own = { input: [{ type: 'a', id: 1 }, { type: 'unspelled' }, { type: 'b', id: 2 }] };
    const before = { input: [{ type: 'a' }, { type: 'b' }] };
    expect(editBody(own, before, { input: [{ type: 'a' }, { type: 'b', x: 1 }] })).toEqual({
      input: [{ type: 'a', id: 1 }, { type: 'unspelled' }, { type: 'b', id: 2, x: 1 }],
    });
  });

  test('removes a member, and adds one', () => {
    expect(editBody({ a: 1, odd: 2 }, { a: 1 }, { b: 3 })).toEqual({ odd: 2, b: 3 });
  });
});
