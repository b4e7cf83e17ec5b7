import { describe, expect, test } from 'vitest';
import { SluiceError } from '../../../lib/stream/errors.ts';
import type { JsonObject } from '../../../lib/stream/json.ts';
import { blocksOf, decoded, errorOf, frame, framesOf, linesOf, parts, stop } from './wire.ts';

const call = (functionCall: JsonObject, more: JsonObject = {}) => ({ functionCall, ...more });

describe('decode', () => {
  test('reads a text stream with Google’s id and model', async () => {
    const named = { responseId: 'r1', modelVersion: 'gemini-2.5-flash' };
    const first = { ...parts({ text: 'Hi' }), ...named, usageMetadata: { promptTokenCount: 3, totalTokenCount: 3 } };
    const last = { ...stop(), usageMetadata: { promptTokenCount: 3, candidatesTokenCount: 2, totalTokenCount: 5 } };
    expect(await decoded(framesOf(frame(first), frame(parts({ text: '!' })), frame(last)))).toEqual([
      { type: 'start', id: 'r1', model: 'gemini-2.5-flash', usage: { input: 3 } },
      { type: 'block-start', index: 0, block: { kind: 'text' } },
      { type: 'text-delta', index: 0, text: 'Hi' },
      { type: 'text-delta', index: 0, text: '!' },
      { type: 'block-end', index: 0 },
      { type: 'finish', reason: 'stop', rawReason: 'STOP', usage: { input: 3, output: 2 } },
    ]);
  });

  test('reads an answer without parts as empty and complete, with our id and the requested model', async () => {
    expect(await decoded(framesOf(frame({ candidates: [{ finishReason: 'STOP' }] })))).toEqual([
      { type: 'start', id: 'x', model: 'm' },
      { type: 'finish', reason: 'stop', rawReason: 'STOP', usage: {} },
    ]);
  });

  test('reads thoughts as reasoning, with the signature from the part that follows', async () => {
    expect(
      await blocksOf(
        parts({ text: 'Hm', thought: true }),
        parts({ text: 'So', thoughtSignature: 'c2ln+/=' }),
        parts({ text: '.' }),
      ),
    ).toEqual(['reasoning "Hm" signed c2ln+/=', 'text "So" "."']);
  });

  test('reads a signature without thoughts as reasoning without text, before a call and after a text', async () => {
    expect(await blocksOf(parts(call({ name: 'f', id: 'a' }, { thoughtSignature: 'S' })))).toEqual([
      'reasoning signed S',
      'tool f a {}',
    ]);
    expect(await blocksOf(parts({ text: 'Hi' }), parts({ text: '', thoughtSignature: 'S' }))).toEqual([
      'text "Hi"',
      'reasoning signed S',
    ]);
  });

  test('reads two signatures as two reasoning blocks', async () => {
    const signed = [
      { text: 'Hm', thought: true, thoughtSignature: 'S1' },
      call({ name: 'f', id: 'a' }, { thoughtSignature: 'S2' }),
    ];
    expect(await blocksOf(parts(...signed))).toEqual(['reasoning "Hm" signed S1', 'reasoning signed S2', 'tool f a {}']);
  });

  test('reads calls in one chunk or several, with or without ids, as separate calls', async () => {
    const lines = await blocksOf(
      parts(call({ name: 'weather', args: { city: 'Bonn' } }), call({ name: 'weather', args: { city: 'Köln' } })),
      parts(call({ name: 'now', id: 'own' })),
    );
    expect(lines).toEqual(['tool weather call_x_0 {"city":"Bonn"}', 'tool weather call_x_1 {"city":"Köln"}', 'tool now own {}']);
  });

  test('reports a stop after calls as tool use, and keeps other finish reasons', async () => {
    const called = frame(parts(call({ name: 'f' })));
    expect((await decoded(framesOf(called, frame(stop())))).at(-1)).toMatchObject({ reason: 'tool-call', rawReason: 'STOP' });
    expect((await decoded(framesOf(called, frame(stop('MAX_TOKENS'))))).at(-1)).toMatchObject({ reason: 'length' });
  });

  test('streams arguments as they arrive, assembled by path', async () => {
    const piece = (jsonPath: string, more: JsonObject) =>
      parts(call({ partialArgs: [{ jsonPath, ...more }], willContinue: true }));
    const events = await decoded(
      framesOf(
        ...[
          parts(call({ name: 'cook', id: 'a', willContinue: true })),
          piece('$.who[0].name', { stringValue: 'A"', willContinue: true }),
          piece('$.who[0].name', { stringValue: 'da' }),
          parts(call({ willContinue: true })),
          piece('$.who[1].name', { stringValue: '' }),
          piece("$['how many']", { numberValue: 2 }),
          piece('$.deep.er.flag', { boolValue: true }),
          piece('$.deep.none', { nullValue: null }),
          parts(call({})),
          stop(),
        ].map(frame),
      ),
    );
    const json = events.flatMap((event) => (event.type === 'tool-delta' ? [event.json] : []));
    expect(json.slice(0, 3)).toEqual([String.raw`{"who":[{"name":"A\"`, 'da', '"},{"name":"']);
    expect(JSON.parse(json.join(''))).toEqual({
      who: [{ name: 'A"da' }, { name: '' }],
      'how many': 2,
      deep: { er: { flag: true }, none: null },
    });
  });

  test('ends a streamed call at its last piece, the next call or the finish, but not at the token limit', async () => {
    const begin = (name: string) => call({ name, id: name, willContinue: true });
    const piece = call({ partialArgs: [{ jsonPath: '$.a', stringValue: 'b' }], willContinue: true });
    const last = call({ partialArgs: [{ jsonPath: '$.a', stringValue: 'b' }] });
    expect(await blocksOf(parts(begin('f'), piece), parts(begin('g'), last), parts(begin('h')))).toEqual([
      'tool f f {"a":"b "}',
      'tool g g {"a":"b "}',
      'tool h h {}',
    ]);
    expect(linesOf(await decoded(framesOf(frame(parts(begin('f'), piece)), frame(stop('MAX_TOKENS')))))).toEqual([
      'tool f f {"a":"b',
    ]);
  });

  test.each([
    ['goes back to what was closed', '$.a.x', '$.b', '$.a.y'],
    ['says a value twice', '$.a', '$.a'],
    ['leaves out an item of a list', '$.a[0]', '$.a[2]'],
    ['mixes names and numbers', '$.a[0]', '$.a.b'],
    ['has no path', ''],
    ['has a path of something else', '$.a[*]'],
    ['is no argument of anything', '$'],
  ])('rejects a piece of arguments that %s', async (_, ...paths) => {
    const pieces = paths.map((jsonPath) => ({ jsonPath, numberValue: 1 }));
    expect(await errorOf(frame(parts(call({ name: 'f', partialArgs: pieces }))))).toMatchObject({
      kind: 'upstream_protocol_error',
    });
  });

  test('rejects arguments without a call, and accepts an empty call after a whole one', async () => {
    expect(await errorOf(frame(parts(call({ args: { a: 1 } }))))).toMatchObject({ kind: 'upstream_protocol_error' });
    expect(await blocksOf(parts(call({ name: 'f', id: 'a' }), call({})))).toEqual(['tool f a {}']);
  });

  test('reads whole images, and keeps what Google ran itself as its own', async () => {
    const lines = await blocksOf(
      parts({ executableCode: { language: 'PYTHON', code: '1' }, thoughtSignature: 'S' }),
      parts({ thoughtSignature: 'S', codeExecutionResult: { outcome: 'OUTCOME_OK' } }),
      parts({ toolCall: { toolType: 'FILE_SEARCH' } }, { toolResponse: {} }),
      parts({ inlineData: { mimeType: 'image/png', data: 'AAEC' } }, { inlineData: { mimeType: 'audio/wav', data: 'AA==' } }),
    );
    const own = ['executableCode', 'codeExecutionResult', 'toolCall', 'toolResponse'].map((name) => `provider ${name}`);
    expect(lines).toEqual([...own, 'image image/png AAEC', 'provider inlineData']);
  });

  test('reads each source once, and puts it in the text before a closing signature', async () => {
    const web = { uri: 'https://example.com/', title: 'A page' };
    const sources = {
      groundingMetadata: { groundingChunks: [{ web }, { web }, { retrievedContext: { title: 'A file', text: 'So it is.' } }] },
      citationMetadata: { citationSources: [{ startIndex: 1, endIndex: 2, uri: 'https://example.com/two' }] },
    };
    const first = { candidates: [{ content: { parts: [{ text: 'So.' }] }, groundingMetadata: { groundingChunks: [{ web }] } }] };
    const last = { candidates: [{ content: { parts: [{ text: '', thoughtSignature: 'S' }] }, ...sources }] };
    expect(await blocksOf(first, last)).toEqual([
      'text "So." [https://example.com/, A page] [A file, So it is.] [https://example.com/two]',
      'reasoning signed S',
    ]);
  });

  test('reads the first candidate as the answer, at any position', async () => {
    const other = { index: 1, content: { parts: [{ text: 'no' }] }, finishReason: 'SAFETY' };
    const chunk = { candidates: [other, { index: 0, content: { parts: [{ text: 'yes' }] } }] };
    expect(await blocksOf(chunk)).toEqual(['text "yes"']);
    expect(await errorOf(frame(chunk))).toMatchObject({ kind: 'upstream_cut' });
  });

  test.each([
    ['STOP', 'stop'],
    ['MAX_TOKENS', 'length'],
    ['SAFETY', 'content-filter'],
    ['RECITATION', 'content-filter'],
    ['BLOCKLIST', 'content-filter'],
    ['PROHIBITED_CONTENT', 'content-filter'],
    ['SPII', 'content-filter'],
    ['IMAGE_SAFETY', 'content-filter'],
    ['MALFORMED_FUNCTION_CALL', 'other'],
    ['UNEXPECTED_TOOL_CALL', 'other'],
    ['LANGUAGE', 'other'],
    ['A_NEW_WORD', 'other'],
    ['constructor', 'other'],
  ])('%s is %s', async (rawReason, reason) => {
    expect((await decoded(framesOf(frame(stop(rawReason))))).at(-1)).toEqual({ type: 'finish', reason, rawReason, usage: {} });
  });

  test('uses the last finish if every chunk has one, and ignores an unspecified one', async () => {
    const events = await decoded(framesOf(frame(stop('STOP')), frame(parts({ text: 'a' })), frame(stop('MAX_TOKENS'))));
    expect(events.at(-1)).toMatchObject({ reason: 'length' });
    expect(await errorOf(frame(stop('FINISH_REASON_UNSPECIFIED')))).toMatchObject({ kind: 'upstream_cut' });
  });

  test('uses the last counts, and adds thoughts to output and tool reads to input', async () => {
    const counts = (usageMetadata: JsonObject) => frame({ ...stop(), usageMetadata });
    const usageOf = async (...all: JsonObject[]) => {
      const last = (await decoded(framesOf(...all.map(counts)))).at(-1);
      return last?.type === 'finish' ? last.usage : undefined;
    };
    const first = { promptTokenCount: 15, thoughtsTokenCount: 4, totalTokenCount: 19 };
    expect(await usageOf(first)).toEqual({ input: 15, output: 4, reasoning: 4 });
    const last = { promptTokenCount: 13, candidatesTokenCount: 8, thoughtsTokenCount: 5, cachedContentTokenCount: 2 };
    expect(await usageOf(first, { ...last, toolUsePromptTokenCount: 7 })).toEqual({
      input: 20,
      output: 13,
      reasoning: 5,
      cacheRead: 2,
    });
    expect(await usageOf({ trafficType: 'ON_DEMAND' })).toEqual({});
    expect(await usageOf(last, { trafficType: 'ON_DEMAND' })).toMatchObject({ output: 13 });
  });

  test('reports a blocked prompt as a failure with the reason', async () => {
    const blocked = frame({ promptFeedback: { blockReason: 'PROHIBITED_CONTENT' }, usageMetadata: { promptTokenCount: 12 } });
    expect(await errorOf(blocked)).toMatchObject({
      kind: 'content_filter',
      message: expect.stringContaining('PROHIBITED_CONTENT'),
    });
    const blockedFrame = frame({ candidates: [], promptFeedback: { blockReason: 'OTHER', blockReasonMessage: 'Not this.' } });
    expect(await errorOf(blockedFrame)).toMatchObject({ kind: 'content_filter', message: 'Not this.' });
    expect(await blocksOf({ ...parts({ text: 'Hi' }), promptFeedback: { safetyRatings: [] } })).toEqual(['text "Hi"']);
  });

  test('treats an end without a finishReason as a cut, and an empty stream as empty', async () => {
    expect(await errorOf(frame(parts({ text: 'a' })))).toMatchObject({ kind: 'upstream_cut' });
    expect(await errorOf(frame({ usageMetadata: { promptTokenCount: 1 } }))).toMatchObject({ kind: 'upstream_cut' });
    expect(await errorOf()).toMatchObject({ kind: 'upstream_empty' });
  });

  test('fails on a broken connection, but not after the finish', async () => {
    async function* broken(chunk: JsonObject) {
      yield [frame(chunk)];
      throw new SluiceError('upstream_cut', 'The connection was lost.');
    }
    expect((await decoded(broken(parts({ text: 'a' })))).at(-1)).toMatchObject({
      error: { message: 'The connection was lost.' },
    });
    expect((await decoded(broken(stop()))).at(-1)).toMatchObject({ type: 'finish' });
  });

  test('ends the answer at a failure, inside or outside an event, even after the finish', async () => {
    const error = { code: 503, message: 'The model is overloaded.', status: 'UNAVAILABLE' };
    const expected = { kind: 'server_overloaded', message: 'The model is overloaded.' };
    expect(await errorOf(frame(parts({ text: 'a' })), frame({ error }))).toMatchObject(expected);
    const stray = (data: string) => ({ event: 'error', data, failure: true }) as const;
    expect(await errorOf(frame(stop()), stray(JSON.stringify({ error }, null, 2)))).toMatchObject(expected);
    expect(await errorOf(stray(JSON.stringify([{ error }])))).toMatchObject(expected);
    expect(await errorOf(stray('upstream connect error'))).toMatchObject({ kind: 'upstream_protocol_error' });
    expect((await errorOf(stray('<html>'))).message).not.toContain('html');
  });

  test('rejects anything that is not JSON or has another form', async () => {
    expect(await errorOf({ data: 'ok' })).toMatchObject({ kind: 'upstream_protocol_error' });
    expect(await errorOf({ data: '{"cand', unterminated: true })).toMatchObject({ kind: 'upstream_cut' });
    expect(await errorOf(frame({ candidates: 'x' }))).toMatchObject({ kind: 'upstream_protocol_error' });
  });
});
