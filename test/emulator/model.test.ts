import { describe, expect, test } from 'vitest';
import { emulatedModels, findModel } from '../../lib/emulator/emulated-models.ts';
import { invent } from '../../lib/emulator/invent.ts';
import { pieces, scraps, words } from '../../lib/emulator/tokens.ts';
import { topics } from '../../lib/emulator/topics.ts';
import type { Json } from '../../lib/stream/json.ts';

describe('tokens', () => {
  test.each(['', ' ', 'a', '  two  words \n', '{"city":"São Paulo","n":-1.5}', '👩‍👩‍👧 統一碼', '\ud83d'])(
    'of %j add up to the whole text',
    (text) => {
      for (const cut of [words, pieces, scraps]) expect(cut(text).join('')).toBe(text);
    },
  );

  test('split words, JSON and sentinels', () => {
    expect(words('The sky is blue.')).toEqual(['The', ' sky', ' is', ' blue.']);
    expect(pieces('{"city":"Paris"}')).toEqual(['{"', 'city', '":"', 'Paris', '"}']);
    expect(scraps('[DONE]')).toEqual(['[', 'DO', 'NE]']);
  });
});

describe('the topic of a prompt', () => {
  test.each([
    ['What is the weather in New York and San Francisco?', ['New York', 'San Francisco']],
    ['compare apples and the pears', ['apples', 'pears']],
    ['What do you know of “the sea”, Tom?', ['the sea']],
    ['What is the weather in Paris today?', ['Paris']],
    ['what should I say', ['say']],
    ['???', ['it']],
  ])('%s', (prompt, expected) => {
    expect(topics(prompt)).toEqual(expected);
  });

  test('is found quickly in a long prompt', () => {
    const start = performance.now();
    topics('Aa '.repeat(500_000));
    expect(performance.now() - start).toBeLessThan(500);
  });
});

describe('invented values', () => {
  const made = (schema: Json) => invent(schema, { topic: 'Rome', text: 'Rome in fahrenheit', numbers: [3, 40] });

  test.each<[Json, Json]>([
    [{ type: 'string' }, 'Rome'],
    [{ type: 'string', maxLength: 2 }, 'Ro'],
    [{ type: 'string', format: 'date' }, '2026-01-31'],
    [{ enum: ['celsius', 'fahrenheit'] }, 'fahrenheit'],
    [{ const: 7 }, 7],
    [{ type: ['null', 'integer'], minimum: 5 }, 5],
    [{ type: 'array', items: { type: 'number' }, minItems: 2 }, [3, 40]],
    [{ type: 'array', items: { type: 'boolean' }, minItems: 1e9 }, Array(8).fill(true)],
    [{ anyOf: [{ type: 'null' }, { type: 'boolean' }] }, true],
    [{ $ref: '#/$defs/city', $defs: { city: { type: 'object', properties: { name: { type: 'string' } } } } }, { name: 'Rome' }],
    [{ type: 'object', properties: { a: { type: 'string' }, b: { type: 'string' } }, required: ['b'] }, { b: 'Rome' }],
    [{ type: 'toString' }, 'Rome'],
    [null, 'Rome'],
  ])('%j', (schema, value) => {
    expect(made(schema)).toEqual(value);
  });

  test('end for a schema that contains itself', () => {
    expect(JSON.stringify(made({ type: 'object', properties: { next: { $ref: '#' } } })).length).toBeLessThan(200);
  });
});

describe('model names', () => {
  test('describe what the model does, and are found', () => {
    for (const model of emulatedModels) {
      expect(findModel(model.name)).toBe(model);
      expect(model.does.includes('@n')).toBe(model.n !== undefined);
    }
  });

  test('accept a number only where one belongs', () => {
    expect(findModel('cut@12')).toMatchObject({ fault: 'cut', n: 12 });
    expect(findModel('slow@12')).toBeUndefined();
    expect(findModel('cut@')).toBeUndefined();
  });

  test('are not found if unknown or misspelled', () => {
    expect(findModel('gpt-4o')?.name).toBe('chat');
    expect(findModel('demo-ctu')).toBeUndefined();
  });
});
