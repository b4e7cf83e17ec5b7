import { describe, expect, test } from 'vitest';
import { decode } from '../../../lib/dialects/openai-chat/decode.ts';
import type { OpenaiChatQuirks } from '../../../lib/dialects/openai-chat/quirks.ts';
import { SluiceError } from '../../../lib/stream/errors.ts';
import type { StreamEvent } from '../../../lib/stream/events.ts';
import type { JsonObject } from '../../../lib/stream/json.ts';
import type { Frame } from '../../../lib/wire/frame.ts';
import { flattened, oneByOne } from '../../support/batches.ts';
import { grammarViolations } from '../../support/grammar.ts';

const context = { id: 'ours', model: 'asked', passthrough: false };

/** A frame, or its text: objects become JSON, strings stay unchanged. */
type Said = JsonObject | string | { frame: Frame } | Error;

function* frames(said: readonly Said[]): Generator<Frame> {
  for (const one of said) {
    if (one instanceof Error) throw one;
    if (typeof one === 'string') yield { data: one };
    else if ('frame' in one) yield one.frame as Frame;
    else yield { data: JSON.stringify(one) };
  }
}

async function run(said: readonly Said[], passthrough = false, quirks?: OpenaiChatQuirks) {
  const events: StreamEvent[] = [];
  try {
    for await (const event of flattened(decode(oneByOne(frames(said)), { ...context, passthrough }, quirks))) events.push(event);
  } catch (thrown) {
    if (!(thrown instanceof SluiceError)) throw thrown;
    events.push({ type: 'error', error: thrown });
  }
  expect(grammarViolations(events)).toEqual([]);
  return events;
}

/** The events as short lines. */
async function lines(said: readonly Said[], quirks?: OpenaiChatQuirks): Promise<string[]> {
  return (await run(said, false, quirks)).map(line);
}

function line(event: StreamEvent): string {
  switch (event.type) {
    case 'start':
      return `start ${event.id} ${event.model}`;
    case 'block-start':
      if (event.block.kind === 'tool') return `tool ${event.block.name} ${event.block.id}`;
      if (event.block.kind === 'text' && event.block.refusal) return 'refusal';
      return event.block.kind === 'redacted-reasoning' ? `redacted ${event.block.data}` : event.block.kind;
    case 'text-delta':
    case 'reasoning-delta':
      return `"${event.text}"`;
    case 'tool-delta':
      return event.json;
    case 'signature-delta':
      return `signed ${event.signature}`;
    case 'citation-delta':
      return `cites ${event.citation.url}`;
    case 'block-end':
      return 'end';
    case 'finish':
      return `finish ${event.reason} ${event.rawReason}`;
    case 'error':
      return `error ${event.error.kind}`;
    default:
      return event.type;
  }
}

const chunk = (delta: JsonObject, more: JsonObject = {}, index = 0): JsonObject => ({
  id: 'c1',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'm1',
  choices: [{ index, delta, finish_reason: null, ...more }],
});
const stop = (reason = 'stop') => chunk({}, { finish_reason: reason });
const call = (fields: JsonObject) => chunk({ tool_calls: [fields] });
const done = '[DONE]';

const begun = 'start c1 m1';
const saysHi = [begun, 'text', '"hi"', 'end', 'finish stop stop'];
const calls = (...inner: string[]) => [begun, ...inner, 'finish tool-call tool_calls'];

const answers: [string, Said[], string[], OpenaiChatQuirks?][] = [
  ['plain text', [chunk({ role: 'assistant', content: '' }), chunk({ content: 'hi' }), stop(), done], saysHi],
  ['role and content on every chunk (Ollama)', [chunk({ role: 'assistant', content: 'hi' }), stop(), done], saysHi],
  ['no [DONE] (Perplexity, Writer)', [chunk({ content: 'hi' }), stop()], saysHi],
  ['content and finish in one chunk (vLLM)', [chunk({ content: 'hi' }, { finish_reason: 'stop' }), done], saysHi],
  ['finish_reason left out, empty or null', [chunk({ content: 'hi' }, { finish_reason: '' }), stop(), done], saysHi],
  [
    'the finish twice, content after it',
    [chunk({ content: 'hi' }), stop(), chunk({ content: 'no' }), stop('length'), done],
    saysHi,
  ],
  ['a first chunk without choices (Azure)', [{ choices: [], id: '', model: '' }, chunk({ content: 'hi' }), stop(), done], saysHi],
  ['a delta left out or null', [{ ...chunk({}), choices: [{ index: 0 }] }, chunk({ content: 'hi' }), stop(), done], saysHi],
  ['everything inside `data`', [{ data: chunk({ content: 'hi' }) }, { data: stop() }, done], saysHi],
  ['a whole message beside the delta', [chunk({ content: 'hi' }, { message: { content: 'hi' } }), stop(), done], saysHi],
  ['an empty answer', [chunk({ role: 'assistant' }), stop(), done], [begun, 'finish stop stop']],
  ['no id and no model', [{ choices: [{ delta: { content: 'hi' } }] }, stop()], ['start ours asked', ...saysHi.slice(1)]],
  ['a second choice, which nobody can take', [chunk({ content: 'hi' }), chunk({ content: 'no' }, {}, 1), stop(), done], saysHi],
  ['a word of its own', [chunk({ content: 'hi' }), stop('bored'), done], [...saysHi.slice(0, -1), 'finish other bored']],
  ['capitals', [chunk({ content: 'hi' }), stop('STOP'), done], [...saysHi.slice(0, -1), 'finish stop STOP']],
  ['an old word (Together)', [chunk({ content: 'hi' }), stop('eos'), done], [...saysHi.slice(0, -1), 'finish stop eos']],
  [
    'never a reason (Snowflake)',
    [chunk({ content: 'hi' }), done],
    [...saysHi.slice(0, -1), 'finish other '],
    { finishOptional: true },
  ],
  ['a connection lost after the finish', [chunk({ content: 'hi' }), stop(), new SluiceError('upstream_cut', 'gone')], saysHi],
  [
    'usage cut after the finish',
    [chunk({ content: 'hi' }), stop(), { frame: { data: '{"choices":[],"usa', unterminated: true } }],
    saysHi,
  ],
  [
    'reasoning_content (DeepSeek)',
    [chunk({ reasoning_content: 'hm', content: null }), chunk({ content: 'hi', reasoning_content: null }), stop(), done],
    [begun, 'reasoning', '"hm"', 'end', 'text', '"hi"', 'end', 'finish stop stop'],
  ],
  [
    'reasoning in both spellings (vLLM)',
    [chunk({ reasoning_content: 'hm', reasoning: 'hm' }), stop(), done],
    [begun, 'reasoning', '"hm"', 'end', 'finish stop stop'],
  ],
  [
    'content as a list (Mistral)',
    [
      chunk({
        content: [
          { type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] },
          { type: 'text', text: 'h' },
        ],
      }),
      chunk({ content: 'i' }),
      stop(),
      done,
    ],
    [begun, 'reasoning', '"hm"', 'end', 'text', '"h"', '"i"', 'end', 'finish stop stop'],
  ],
  [
    'signed and hidden reasoning (OpenRouter)',
    [
      chunk({ reasoning: null, reasoning_details: [{ type: 'reasoning.text', text: '', signature: '' }] }),
      chunk({ reasoning: 'hm', reasoning_details: [{ type: 'reasoning.text', text: 'hm' }] }),
      chunk({ reasoning_details: [{ type: 'reasoning.text', signature: 's1' }] }),
      chunk({ reasoning_details: [{ type: 'reasoning.encrypted', data: 'zz' }] }),
      stop(),
      done,
    ],
    [begun, 'reasoning', '"hm"', 'signed s1', 'end', 'redacted zz', 'end', 'finish stop stop'],
  ],
  [
    'reasoning only in its details',
    [chunk({ reasoning_details: [{ type: 'reasoning.summary', summary: 'hm' }] }), stop(), done],
    [begun, 'reasoning', '"hm"', 'end', 'finish stop stop'],
  ],
  [
    'a refusal, which OpenAI ends with stop',
    [chunk({ role: 'assistant', content: null, refusal: '' }), chunk({ refusal: 'No.' }), stop(), done],
    [begun, 'refusal', '"No."', 'end', 'finish refusal stop'],
  ],
  [
    'citations (OpenRouter, OpenAI)',
    [
      chunk({ content: '', annotations: [{ type: 'url_citation', url_citation: { url: 'u' } }] }),
      chunk({ content: 'hi' }),
      stop(),
      done,
    ],
    [begun, 'text', 'cites u', '"hi"', 'end', 'finish stop stop'],
  ],
];

const twoCalls = calls('tool f a', '{"x":1}', 'end', 'tool g b', '{}', 'end');
const wholeF = { index: 0, id: 'a', type: 'function', function: { name: 'f', arguments: '{"x":1}' } };
const wholeG = { index: 1, id: 'b', type: 'function', function: { name: 'g', arguments: '{}' } };
const without = ({ index: _, ...fields }: typeof wholeF) => fields;
const opensF = { index: 0, id: 'a', type: 'function', function: { name: 'f', arguments: '' } };
const more = (json: string, fields: JsonObject = {}) => call({ index: 0, function: { arguments: json, ...fields } });
const oneCall = calls('tool f a', '{"x"', ':1}', 'end');
const end = [stop('tool_calls'), done];

const toolCalls: [string, Said[], string[]][] = [
  ['the name first, then arguments', [call(opensF), more('{"x"'), more(':1}'), ...end], oneCall],
  [
    'a name again, null or empty',
    [call(opensF), more('{"x"', { name: 'f' }), more(':1}', { name: null }), more('', { name: '' }), ...end],
    oneCall,
  ],
  [
    'a name in two parts',
    [call({ ...opensF, function: { name: 'we' } }), more('', { name: 'ather' }), more('{}'), ...end],
    calls('tool weather a', '{}', 'end'),
  ],
  [
    'an empty id later (Qwen)',
    [call(opensF), call({ index: 0, id: '', function: { arguments: '{"x"' } }), more(':1}'), ...end],
    oneCall,
  ],
  [
    'arguments null (Writer)',
    [call({ ...opensF, function: { name: 'f', arguments: null } }), more('{"x"'), more(':1}'), ...end],
    oneCall,
  ],
  ['no arguments at all', [call(opensF), ...end], calls('tool f a', '{}', 'end')],
  ['whole calls, one a chunk', [call(wholeF), call(wholeG), ...end], twoCalls],
  ['two calls in one chunk', [chunk({ tool_calls: [wholeF, wholeG] }), ...end], twoCalls],
  [
    'whole calls without index or type (Mistral)',
    [chunk({ tool_calls: [without(wholeF), without(wholeG)] }, { finish_reason: 'tool_calls' }), done],
    twoCalls,
  ],
  [
    'no index, pieces by id and then by order',
    [call({ id: 'a', function: { name: 'f', arguments: '{"x"' } }), call({ function: { arguments: ':1}' } }), ...end],
    oneCall,
  ],
  ['indices from 1 after text', [call({ ...wholeF, index: 1 }), call({ ...wholeG, index: 2 }), ...end], twoCalls],
  ['every call under index 0', [call(wholeF), call({ ...wholeG, index: 0 }), ...end], twoCalls],
  [
    'another id on each piece (older vLLM)',
    [call(opensF), call({ index: 0, id: 'z', function: { arguments: '{"x"' } }), more(':1}'), ...end],
    oneCall,
  ],
  [
    'arguments as an object',
    [call({ id: 'a', function: { name: 'f', arguments: { x: 1 } } }), ...end],
    calls('tool f a', '{"x":1}', 'end'),
  ],
  ['no id', [call({ function: { name: 'f', arguments: '{}' } }), ...end], calls('tool f call_ours_0', '{}', 'end')],
  ['an empty piece for a call that has ended', [call(wholeF), call(wholeG), more(''), ...end], twoCalls],
  ['stop where calls were made', [call(wholeF), stop(), done], [begun, 'tool f a', '{"x":1}', 'end', 'finish tool-call stop']],
  [
    'function_call of 2023',
    [
      chunk({ function_call: { name: 'f', arguments: '' } }),
      chunk({ function_call: { arguments: '{}' } }),
      stop('function_call'),
      done,
    ],
    [begun, 'tool f call_ours_0', '{}', 'end', 'finish tool-call function_call'],
  ],
  [
    'text, then calls',
    [chunk({ content: 'hi' }), call(wholeF), ...end],
    [begun, 'text', '"hi"', 'end', 'tool f a', '{"x":1}', 'end', 'finish tool-call tool_calls'],
  ],
];

const hi = chunk({ content: 'hi' });
const failures: [string, Said[], string, OpenaiChatQuirks?][] = [
  ['nothing', [], 'upstream_empty'],
  ['no finish', [hi], 'upstream_cut'],
  ['no finish but [DONE]', [hi, done], 'upstream_missing_finish'],
  ['[DONE] alone', [done], 'upstream_missing_finish'],
  ['no finish and no [DONE] even where no finish comes', [hi], 'upstream_cut', { finishOptional: true }],
  ['a lost connection', [hi, new SluiceError('upstream_cut', 'gone')], 'upstream_cut'],
  ['half a frame', [hi, { frame: { data: '{"choices":', unterminated: true } }], 'upstream_cut'],
  ['garbage', [hi, '{"choices":'], 'upstream_protocol_error'],
  ['JSON that is no object', [hi, '[1]'], 'upstream_protocol_error'],
  ['an error object', [hi, { error: { message: 'broke', type: 'server_error', code: null } }], 'upstream_error'],
  ['an error sentence', [{ error: 'broke' }], 'upstream_error'],
  ['an error with a number', [{ error: { message: 'slow down', code: 429 } }], 'rate_limit_exceeded'],
  [
    'an error with a status (Groq)',
    [{ frame: { event: 'error', data: '{"error":{"message":"no","status_code":400}}' } }],
    'invalid_request',
  ],
  [
    'an error beside choices, after the finish (OpenRouter)',
    [hi, stop('length'), { ...chunk({}), error: { code: 502, message: 'x' } }],
    'upstream_error',
  ],
  ['a flat error (vLLM)', [{ object: 'error', message: 'x', type: 'InternalServerError', code: 500 }], 'upstream_error'],
  [
    'an event named error',
    [{ frame: { event: 'error', data: '{"message":"Overloaded","type":"overloaded_error"}' } }],
    'server_overloaded',
  ],
  [
    'text outside of fields (llama-box)',
    [hi, { frame: { data: '{"code":500,"message":"x"}', failure: true } }],
    'upstream_error',
  ],
  ['text outside of fields that is not JSON', [{ frame: { data: '<html>', failure: true } }], 'upstream_protocol_error'],
  [
    'a context that is too long, by its words',
    [{ error: { message: 'maximum context length is 5' } }],
    'context_length_exceeded',
  ],
  ['finish_reason error', [hi, stop('error'), done], 'upstream_error'],
  ['a provider out of resources (DeepSeek)', [hi, stop('insufficient_system_resource'), done], 'server_overloaded'],
  ['choices that are no list', [{ choices: 'x' }], 'upstream_protocol_error'],
  ['a choice that is no object', [{ choices: [null] }], 'upstream_protocol_error'],
  ['a delta that is text', [{ choices: [{ delta: 'x' }] }], 'upstream_protocol_error'],
  ['content that is a number', [chunk({ content: 1 })], 'upstream_protocol_error'],
  ['a negative choice', [chunk({}, {}, -1)], 'upstream_protocol_error'],
  ['a tool index that is no whole number', [call({ ...wholeF, index: 1.5 })], 'upstream_protocol_error'],
  ['a choice beyond the most that can be asked for', [chunk({}, {}, 128)], 'upstream_protocol_error'],
  ['a tool index that is no integer', [call({ ...wholeF, index: 0.5 })], 'upstream_protocol_error'],
  ['a tool call without a name', [call({ index: 0, id: 'a', function: { arguments: '{}' } })], 'upstream_protocol_error'],
  ['a tool call that is text', [chunk({ tool_calls: ['x'] })], 'upstream_protocol_error'],
];

const usages: [string, JsonObject, JsonObject][] = [
  [
    'OpenAI',
    {
      prompt_tokens: 9,
      completion_tokens: 2,
      prompt_tokens_details: { cached_tokens: 4 },
      completion_tokens_details: { reasoning_tokens: 1 },
    },
    { input: 9, output: 2, cacheRead: 4, reasoning: 1 },
  ],
  ['DeepSeek', { prompt_tokens: 9, completion_tokens: 2, prompt_cache_hit_tokens: 3 }, { input: 9, output: 2, cacheRead: 3 }],
  [
    'xAI, reasoning apart',
    { prompt_tokens: 12, completion_tokens: 1, total_tokens: 303, completion_tokens_details: { reasoning_tokens: 290 } },
    { input: 12, output: 291, reasoning: 290 },
  ],
  ['nonsense', { prompt_tokens: 'many', completion_tokens: -1 }, {}],
];

describe('openai-chat decode', () => {
  test.each(answers)('reads %s', async (_, said, expected, quirks) => {
    expect(await lines(said, quirks)).toEqual(expected);
  });

  test.each(toolCalls)('reads tool calls: %s', async (_, said, expected) => {
    expect(await lines(said)).toEqual(expected);
  });

  test.each(failures)('fails on %s', async (_, said, kind, quirks) => {
    const events = await run(said, false, quirks);
    expect(events.map(line).at(-1)).toBe(`error ${kind}`);
    expect(events.some((event) => event.type === 'finish')).toBe(false);
  });

  test.each(usages)('counts usage of %s', async (_, wire, expected) => {
    const events = await run([hi, stop(), { choices: [], usage: wire }, done]);
    expect(events.at(-1)).toEqual({ type: 'finish', reason: 'stop', rawReason: 'stop', usage: expected });
  });

  test("reads OpenRouter's images, and passes them unchanged to a client of this dialect", async () => {
    const images = [{ type: 'image_url', image_url: { url: 'data:image/webp;base64,AA==' } }];
    const said = [{ choices: [{ index: 0, delta: { images } }] }, stop(), done];
    const block = { kind: 'image', mediaType: 'image/webp', data: 'AA==' };
    expect(await run(said)).toMatchObject([
      { type: 'start' },
      { type: 'block-start', block },
      { type: 'block-end' },
      { type: 'finish' },
    ]);
    expect(await run(said, true)).toMatchObject([
      { type: 'start' },
      { type: 'extra', passthrough: { delta: { images } } },
      { type: 'finish' },
    ]);
  });

  test('uses the last usage, at any position', async () => {
    const usage = (count: number) => ({ prompt_tokens: count });
    const finishOf = async (...said: Said[]) => (await run(said)).at(-1);
    const expected = { usage: { input: 2 } };
    expect(await finishOf({ ...hi, usage: usage(1) }, { ...stop(), usage: usage(2) }, done)).toMatchObject(expected);
    expect(await finishOf(hi, { ...stop(), x_groq: { usage: usage(2) } })).toMatchObject(expected);
    expect(await finishOf(hi, chunk({}, { finish_reason: 'stop', usage: usage(2) }), done)).toMatchObject(expected);
    expect(await finishOf({ ...hi, usage: usage(2) }, { ...stop(), usage: null }, done)).toMatchObject(expected);
  });

  test('keeps the provider’s message of a failure', async () => {
    const [event] = await run([{ error: { message: 'Slow down', type: 'requests', code: 'rate_limit_exceeded' } }]);
    if (event?.type !== 'error') throw new Error('no error');
    expect(event.error).toMatchObject({
      message: 'Slow down',
      upstream: { status: 429, body: { error: { message: 'Slow down', type: 'requests', code: 'rate_limit_exceeded' } } },
    });
  });

  test('fails on every truncation, after a correct prefix', async () => {
    const all = [chunk({ role: 'assistant' }), hi, call(opensF), more('{"x"'), more(':1}')];
    for (let length = 0; length <= all.length; length++) {
      const events = await run(all.slice(0, length));
      expect(events.at(-1)?.type).toBe('error');
    }
  });
});

describe('openai-chat decode, for a client of the same dialect', () => {
  test('keeps unknown members with their chunk’s event, without nulls, copies and padding', async () => {
    const events = await run(
      [
        { ...chunk({ role: 'assistant', content: '' }), system_fingerprint: 'fp', service_tier: null },
        {
          ...chunk({ content: 'hi', channel: 'final' }, { logprobs: { content: [{ token: 'hi' }] }, text: 'hi', message: {} }),
          obfuscation: 'x',
          vendor: 'v',
        },
        chunk({}, { finish_reason: 'stop', stop_reason: 7 }),
        { ...stop(), choices: [], usage: { prompt_tokens: 1, cost: 2 }, x_groq: { id: 'r', usage: {} } },
        { choices: [], moderation: { flagged: false } },
        done,
      ],
      true,
    );
    expect(events.map((event) => ('passthrough' in event ? [event.type, event.passthrough] : event.type))).toEqual([
      ['start', { chunk: { system_fingerprint: 'fp' } }],
      'block-start',
      [
        'text-delta',
        { chunk: { vendor: 'v' }, choice: { logprobs: { content: [{ token: 'hi' }] } }, delta: { channel: 'final' } },
      ],
      'block-end',
      [
        'finish',
        {
          choice: { stop_reason: 7 },
          chunk: { x_groq: { id: 'r' }, moderation: { flagged: false } },
          usage: { prompt_tokens: 1, cost: 2 },
        },
      ],
    ]);
  });

  test('delivers members of a delta without an event at once, and holds others for the next event', async () => {
    const events = await run([chunk({ audio: { data: 'aa' } }), chunk({ content: '' }, { filter: 1 }), hi, stop(), done], true);
    expect(events[1]).toEqual({ type: 'extra', passthrough: { delta: { audio: { data: 'aa' } } } });
    expect(events[3]).toMatchObject({ type: 'text-delta', passthrough: { choice: { filter: 1 } } });
  });

  test('keeps other choices, in order, and holds the finish for them', async () => {
    const events = await run(
      [
        chunk({ content: 'a' }),
        chunk({ tool_calls: [{ index: 3, function: { name: 'f' } }] }, {}, 1),
        stop(),
        chunk({ tool_calls: [{ index: 3, function: { arguments: '{}' } }] }, {}, 1),
        chunk({}, { finish_reason: 'tool_calls' }, 1),
        { choices: [], usage: { prompt_tokens: 1 } },
        done,
      ],
      true,
    );
    expect(events.map(line)).toEqual([begun, 'text', '"a"', 'end', 'extra', 'extra', 'extra', 'extra', 'finish stop stop']);
    expect(events.at(-2)).toEqual({
      type: 'extra',
      passthrough: { otherChoice: 1, event: { type: 'finish', reason: 'tool-call', rawReason: 'tool_calls', usage: {} } },
    });
    expect((await run([hi, chunk({ content: 'b' }, {}, 1), stop(), done], true)).at(-1)).toMatchObject({
      error: { kind: 'upstream_missing_finish' },
    });
  });

  test('keeps the spelling of reasoning details', async () => {
    const signed = { type: 'reasoning.text', signature: 's1', format: 'anthropic-claude-v1', index: 0 };
    const events = await run([chunk({ reasoning: 'hm', reasoning_details: [{ ...signed, text: 'hm' }] }), stop(), done], true);
    expect(events.slice(2, 4)).toEqual([
      {
        type: 'reasoning-delta',
        index: 0,
        text: 'hm',
        passthrough: {
          delta: {
            reasoning: 'hm',
            reasoning_details: [{ type: 'reasoning.text', text: 'hm', format: 'anthropic-claude-v1', index: 0 }],
          },
        },
      },
      { type: 'signature-delta', index: 0, signature: 's1', passthrough: { delta: { reasoning_details: [signed] } } },
    ]);
  });
});
