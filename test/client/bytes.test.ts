import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AnswerEvent, type DialectName, StreamError } from '../../lib/client/index.ts';
import { readAwsMessages } from '../../lib/client/wire/aws-messages.ts';
import { readSse } from '../../lib/client/wire/sse.ts';
import { writeAwsEventStream } from '../../lib/wire/aws-event-stream.ts';
import { chunkings, oneByte, whole } from '../support/chunkings.ts';
import { collect } from '../support/collect.ts';
import { extent, isFull } from '../support/extent.ts';
import { type Served, serve } from '../support/serve.ts';
import { dialectNames, read, textOnly } from './ask.ts';
import { chatAnswer, sample } from './sample.ts';

let served: Served;
const samples = new Map<string, Buffer>();
beforeAll(async () => {
  served = await serve();
  for (const dialect of dialectNames) {
    for (const model of modelsOf(dialect)) samples.set(`${dialect} ${model}`, await sample(served, dialect, model));
  }
});
afterAll(() => served.close());

function modelsOf(dialect: DialectName): string[] {
  return textOnly.has(dialect) ? ['demo/anthropic/chat'] : ['demo/anthropic/reasoning', 'demo/anthropic/tools'];
}

const cells = dialectNames.flatMap((dialect) => modelsOf(dialect).map((model) => ({ dialect, model })));
const bytesOf = ({ dialect, model }: (typeof cells)[number]) => samples.get(`${dialect} ${model}`) ?? Buffer.alloc(0);

/** The events of these bytes, and how they ended. */
async function heard(
  dialect: DialectName,
  bytes: Uint8Array,
  cut = whole,
): Promise<{ events: AnswerEvent[]; error?: StreamError }> {
  const events: AnswerEvent[] = [];
  try {
    for await (const event of read(dialect, bytes, cut)) events.push(event);
    return { events };
  } catch (error) {
    if (!(error instanceof StreamError)) throw error;
    return { events, error };
  }
}

describe.each(cells)('an answer of $model in $dialect', (cell) => {
  test.each(chunkings)('is the same in any chunks: $name', async ({ cut }) => {
    const all = await heard(cell.dialect, bytesOf(cell));
    expect(all.error).toBeUndefined();
    expect(all.events.at(-1)?.type).toBe('finish');
    expect(await heard(cell.dialect, bytesOf(cell), cut)).toEqual(all);
  });

  test('cut at any byte gives an error and a correct prefix, or the whole answer', {
    timeout: isFull ? 600_000 : 20_000,
  }, async () => {
    const bytes = bytesOf(cell);
    const { events: all } = await heard(cell.dialect, bytes);
    let wholeFrom = bytes.length;
    // Near the end, where a finish could be invented, at every byte; at fewer before that.
    const near = bytes.length - extent({ full: 2000, reduced: 200 });
    for (let at = 0; at < bytes.length; at += at > near ? 1 : extent({ full: 1, reduced: 173 })) {
      const { events, error } = await heard(cell.dialect, bytes.subarray(0, at));
      expect(events, `at byte ${at}`).toEqual(all.slice(0, events.length));
      if (error) expect([error.code, error.received.events], `at byte ${at}`).toEqual(['stream_cut', events.length]);
      else wholeFrom = Math.min(wholeFrom, at);
      expect(error === undefined, `at byte ${at}`).toBe(events.length === all.length);
    }
    // The end of the dialect itself is wanted, not the reason to stop before it.
    expect(bytes.length - wholeFrom).toBeLessThan(2);
  });
});

describe('a partial call', () => {
  test.each(dialectNames.filter((name) => !textOnly.has(name)))('is not reported as a call, in %s', async (dialect) => {
    const bytes = bytesOf({ dialect, model: 'demo/anthropic/tools' });
    for (let at = 0; at < bytes.length; at += 61) {
      const { error } = await heard(dialect, bytes.subarray(0, at));
      if (!error?.received.openToolCall?.arguments) continue;
      expect(error.received.openToolCall).toMatchObject({ name: 'weather', arguments: expect.stringMatching(/^\{/) });
      expect(error.received.toolCalls).toEqual([]);
      return;
    }
    throw new Error('no cut was inside the call');
  });
});

describe('hostile bytes', () => {
  test('reads names of built-in object members as text', async () => {
    const call = { index: '__proto__', id: '__proto__', function: { name: 'constructor', arguments: '{"__proto__":{"x":1}}' } };
    const chunk = { id: '__proto__', choices: [{ index: 0, delta: { tool_calls: [call] }, finish_reason: null }], __proto__: 1 };
    const bytes = `data: ${JSON.stringify(chunk)}\n\n${chatAnswer('toString')}`;
    const answer = await read('chat', bytes).answer();
    expect(answer).toMatchObject({ text: 'toString', toolCalls: [{ id: '__proto__', name: 'constructor' }] });
    expect(({} as { x?: number }).x).toBeUndefined();
    const odd = chatAnswer('x').replace('"stop"', '"__proto__"');
    expect((await read('chat', odd).answer()).reason).toBe('other');
  });

  test.each([
    ['text that is no JSON', 'data: hello\n\n'],
    ['JSON that is no object', 'data: [1]\n\n'],
    ['null', 'data: null\n\n'],
    ['nothing', 'data:\n\n'],
  ])('%s is not an event', async (_, bytes) => {
    for (const dialect of dialectNames.filter((name) => name !== 'converse')) {
      const { error } = await heard(dialect, Buffer.from(bytes));
      expect(error?.code, dialect).toBe('stream_malformed');
    }
  });

  test.each([
    ['{}', '{}'],
    [
      'members of other types',
      '{"choices":7,"type":[],"delta":"x","index":{},"completion":1,"message":[],"response":5,"item":null}',
    ],
    ['lists of nothing', '{"choices":[null,1,{"index":0,"delta":[],"finish_reason":{}}]}'],
  ])('%s has no content, so the stream is cut', async (_, json) => {
    for (const dialect of dialectNames) {
      const event = {
        completions: undefined,
        chat: undefined,
        responses: 'response.completed.not',
        messages: 'x',
        complete: 'completion',
      };
      const name = event[dialect as 'chat'];
      const sse = Buffer.from(`${name ? `event: ${name}\n` : ''}data: ${json}\n\n`);
      const bytes = dialect === 'converse' ? Buffer.from(writeAwsEventStream({ event: 'contentBlockDelta', data: json })) : sse;
      expect((await heard(dialect, bytes)).error?.code, dialect).toBe('stream_cut');
    }
  });

  test('an end without a finish reason is a cut', async () => {
    const ends: Record<string, string> = {
      chat: 'data: [DONE]\n\n',
      messages: 'event: message_stop\ndata: {"type":"message_stop"}\n\n',
      complete: 'event: completion\ndata: {"type":"completion","completion":"x","stop_reason":null}\n\n',
    };
    for (const [dialect, bytes] of Object.entries(ends)) {
      expect((await heard(dialect as DialectName, Buffer.from(bytes))).error?.code, dialect).toBe('stream_cut');
    }
    const metadata = Buffer.from(writeAwsEventStream({ event: 'metadata', data: '{"usage":{}}' }));
    expect((await heard('converse', metadata)).error?.code).toBe('stream_cut');
  });

  test('an error after the finish reason is an error', async () => {
    const failing = chatAnswer('x').replace(
      'data: [DONE]',
      'data: {"error":{"message":"Gone.","code":"upstream_cut"}}\n\ndata: [DONE]',
    );
    expect((await heard('chat', Buffer.from(failing))).error).toMatchObject({ code: 'upstream_cut', message: 'Gone.' });
  });

  test('text that looks like an error is text', async () => {
    const said = '{"error":{"message":"no"}} event: error';
    expect(await read('chat', chatAnswer(said)).text()).toBe(said);
  });

  test('rejects an event that is too large while it arrives', async () => {
    let sent = 0;
    async function* endless() {
      for (; ; sent++) yield Buffer.alloc(1 << 10, 'x');
    }
    await expect(collect(readSse(endless(), 1 << 20))).rejects.toThrow(/more than/);
    expect(sent).toBeLessThan(1100);
    const lines = async function* () {
      for (;;) yield Buffer.from(`data: ${'x'.repeat(1000)}\n`);
    };
    await expect(collect(readSse(lines(), 1 << 20))).rejects.toThrow(/more than/);
    const message = Buffer.from(writeAwsEventStream({ event: 'x', data: JSON.stringify('x'.repeat(3000)) }));
    await expect(collect(readAwsMessages(whole(message), 2000))).rejects.toThrow(/more than/);
  });
});

describe('server-sent events', () => {
  const frames = (text: string, cut = whole) => collect(readSse(cut(Buffer.from(text)), 1 << 20));

  test.each([
    ['several lines of data', 'data: a\ndata: b\n\n', [{ data: 'a\nb' }]],
    [
      'no space, an empty value, comments and unknown fields',
      ': hi\ndata:a\nid: 1\nretry: 3\nfoo-bar: x\n\ndata\n\n',
      [{ data: 'a' }, { data: '' }],
    ],
    ['CRLF and a byte order mark', '\ufeffevent: e\r\ndata: a\r\n\r\n', [{ event: 'e', data: 'a' }]],
    ['an event without data, and one without its end', 'event: e\n\ndata: a\n\ndata: cut\n', [{ data: 'a' }]],
    ['letters of several bytes', 'data: こ🌍\n\n', [{ data: 'こ🌍' }]],
    ['line separators inside data', 'data: a\u2028b\u0085c\n\n', [{ data: 'a\u2028b\u0085c' }]],
  ])('%s', async (_, text, expected) => {
    expect(await frames(text)).toEqual(expected);
    expect(await frames(text, oneByte)).toEqual(expected);
  });
});

describe('messages of the AWS event stream', () => {
  const frames = (bytes: Uint8Array, cut = whole) => collect(readAwsMessages(cut(bytes), 1 << 20));
  const message = Buffer.from(writeAwsEventStream({ event: 'contentBlockDelta', data: '{"x":"ö"}' }));

  test('report a failure as a failure', async () => {
    const failure = { event: 'throttlingException', data: '{"message":"Slow down."}', failure: true } as const;
    expect(await frames(Buffer.from(writeAwsEventStream(failure)), oneByte)).toEqual([failure]);
    const { error } = await heard('converse', Buffer.from(writeAwsEventStream(failure)));
    expect(error).toMatchObject({ code: 'throttlingException', message: 'Slow down.' });
  });

  test('detect a changed byte anywhere', async () => {
    expect(await frames(message)).toEqual([{ event: 'contentBlockDelta', data: '{"x":"ö"}' }]);
    for (let at = 0; at < message.length; at++) {
      const changed = Buffer.from(message);
      changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
      await expect(frames(changed), `byte ${at}`).rejects.toThrow(/message/);
    }
  });
});
