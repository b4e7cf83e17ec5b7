import { describe, expect, test } from 'vitest';
import { anthropicComplete } from '../../../lib/dialects/anthropic-complete/client.ts';
import { SluiceError } from '../../../lib/stream/errors.ts';
import type { StreamEvent } from '../../../lib/stream/events.ts';
import type { JsonObject } from '../../../lib/stream/json.ts';
import { check } from '../../support/checker/check.ts';
import { cited, finish, image, reasoning, refusal, start, stream, text, tool } from '../openai-chat/events.ts';

const options = (more: JsonObject = {}) => {
  const request = anthropicComplete.parse({ model: 'asked', prompt: 'Hi', stream: true, ...more });
  return { request, requestId: 'req_1', id: 'compl_1', model: 'asked', created: 7 };
};

/** What the completions of a stream say; every stream is held to the byte contract. */
function said(events: readonly StreamEvent[], more?: JsonObject): JsonObject[] {
  const encoder = anthropicComplete.encoder(options(more));
  const bytes = Buffer.from(events.flatMap((event) => [...encoder.write(event)].map(anthropicComplete.write)).join(''));
  expect(check('anthropic-complete', bytes).violations).toEqual([]);
  return bytes
    .toString()
    .split('\n\n')
    .filter(Boolean)
    .map((event) => JSON.parse(event.slice(event.indexOf('data: ') + 6)));
}

const last = (events: readonly StreamEvent[], more?: JsonObject) => {
  const { stop_reason, stop } = said(events, more).at(-1) ?? {};
  return [stop_reason, stop];
};

describe('anthropic-complete encode', () => {
  test('writes each piece of text as a completion, and the stop reason in the last one', () => {
    const encoder = anthropicComplete.encoder(options());
    const written = stream(text(' Hi', '!'), finish()).flatMap((event) => [...encoder.write(event)].map(anthropicComplete.write));
    const line = (text: string, rest: string) =>
      `event: completion\ndata: {"type":"completion","id":"chatcmpl-p","completion":"${text}",${rest},"log_id":"chatcmpl-p"}\n\n`;
    expect(written).toEqual([
      line(' Hi', '"stop_reason":null,"model":"served","stop":null'),
      line('!', '"stop_reason":null,"model":"served","stop":null'),
      line('', '"stop_reason":"stop_sequence","model":"served","stop":"\\n\\nHuman:"'),
    ]);
  });

  test('writes only text, and a refusal as text', () => {
    const events = stream(
      reasoning('hm', 's'),
      text('a'),
      cited('b', 'https://a'),
      image,
      tool('t', 'f', '{}'),
      refusal('No.'),
      finish(),
    );
    expect(said(events).map(({ completion }) => completion)).toEqual(['a', 'b', 'No.', '']);
  });

  test.each<[string, string | null, ReturnType<typeof finish>, string[]?]>([
    ['stop_sequence', '\n\nHuman:', finish('stop', {}, 'end_turn')],
    ['stop_sequence', '\n\nHuman:', finish('stop', {}, 'end_turn'), ['x']],
    ['stop_sequence', 'x', finish('stop', {}, 'stop_sequence'), ['x']],
    ['stop_sequence', null, finish('stop', {}, 'stop_sequence'), ['x', 'y']],
    ['stop_sequence', '\n\nHuman:', finish('tool-call')],
    ['max_tokens', null, finish('length')],
    ['refusal', null, finish('content-filter')],
    ['refusal', null, finish('refusal')],
    ['pause_turn', null, finish('other', {}, 'pause_turn')],
    ['stop_sequence', null, finish('other', {}, '')],
  ])('ends with %s at %j', (reason, stop, ending, own = []) => {
    expect(last(stream(text('a'), ending), { stop_sequences: own })).toEqual([reason, stop]);
  });

  test('splits long text at code points below 16 KiB a line', () => {
    const long = '😀'.repeat(9000);
    const pieces = said(stream(text(long), finish())).map(({ completion }) => completion);
    expect(pieces.join('')).toBe(long);
    expect(pieces.length).toBeGreaterThan(2);
  });

  test('writes pings for silence and for an early start', () => {
    const encoder = anthropicComplete.encoder(options());
    const ping = 'event: ping\ndata: {"type":"ping"}\n\n';
    expect([...encoder.open(), ...encoder.heartbeat()].map(anthropicComplete.write)).toEqual([ping, ping]);
  });

  test('writes one error event for a failure, and nothing after it', () => {
    const error = new SluiceError('server_overloaded', 'Busy.');
    const expected = { type: 'error', error: { type: 'overloaded_error', message: 'Busy.' }, request_id: 'req_1' };
    expect(said([start, ...text('a')(0).slice(0, 2), { type: 'error', error }]).at(-1)).toEqual(expected);
  });

  test('a whole answer', () => {
    const collector = anthropicComplete.collector(options());
    for (const event of stream(reasoning('hm'), text('Hi', ' there'), finish('length'))) collector.write(event);
    expect(collector.body()).toEqual({
      type: 'completion',
      id: 'chatcmpl-p',
      completion: 'Hi there',
      stop_reason: 'max_tokens',
      model: 'served',
      stop: null,
      log_id: 'chatcmpl-p',
    });
  });

  test('reports an unknown model with the message that its clients recognize', () => {
    const error = new SluiceError('model_not_found', 'No model with the name `nope` is configured. Did you mean `hope`?');
    expect(anthropicComplete.error(error, 'req_1')).toMatchObject({
      status: 404,
      body: { type: 'error', error: { type: 'not_found_error', message: 'Model nope not found. Did you mean `hope`?' } },
    });
  });
});
