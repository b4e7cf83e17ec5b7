import { describe, expect, test } from 'vitest';
import { SluiceError } from '../../lib/stream/errors.ts';
import type { StreamEvent } from '../../lib/stream/events.ts';
import type { JsonObject } from '../../lib/stream/json.ts';
import { finish, reasoning, start, stream, text, tool } from '../dialects/openai-chat/events.ts';
import { type SeedClient, seedClients } from '../support/readers/seeds.ts';
import { translate } from '../support/translate.ts';
import { shown } from '../support/truth/shown.ts';
import { truthOf } from '../support/truth/truth-of.ts';
import { cases } from './cases.ts';

/* What the hand-written clients make of our streams, by the rules of their own readers. */

/** Streams as a network may bring them: a write at a time, or all at once. */
function pieces(writes: readonly Uint8Array[]): Record<string, readonly Uint8Array[]> {
  return { 'write by write': writes, 'all at once': [Buffer.concat(writes)] };
}

// Answers that these clients cannot ask for: several at once, and log probabilities, which their structs have as a number.
const strange = /__n\d|logprob/;
const chosen = cases().filter(({ dialect, title }) => dialect === 'openai-chat' && !strange.test(title));

describe.each(seedClients)('$name, given a recorded answer', (client) => {
  if (chosen.length === 0) test.skip('hears the text of it, and its end');

  test.for(chosen.map((one) => [one.title.replace(/ for .*/, ''), one] as const))(
    '%s: reads its text and its end',
    async ([, one]) => {
      const truth = shown(truthOf(one), client.checked);
      const answer = await translate({ ...one, client: client.dialect, showUsage: false });
      for (const reading of Object.values(pieces(answer.pieces)).map((brought) => client.read(brought, client.kind))) {
        expect(reading.said).toBe(truth.text);
        expect(reading.ended).toBe(truth.complete ? 'done' : client.onFailure);
      }
    },
  );
});

const error: StreamEvent = { type: 'error', error: new SluiceError('upstream_cut', 'The provider cut the stream.') };
const begun = (...events: StreamEvent[]) => [
  start,
  { type: 'block-start', index: 0, block: { kind: 'text' } } as const,
  ...events,
];
const say = (said: string): StreamEvent => ({ type: 'text-delta', index: 0, text: said });

const answers: [what: string, events: StreamEvent[], said: string, failed?: true][] = [
  ['text', stream(text('Hello', ' wörld', ' 😀'), finish()), 'Hello wörld 😀'],
  ['text with [DONE] and data: in it', stream(text('a [DONE] data: b\n\n', 'data'), finish()), 'a [DONE] data: b\n\ndata'],
  ['a text of 70 KB', stream(text('x'.repeat(70_000)), finish()), 'x'.repeat(70_000)],
  ['nothing', stream(finish()), ''],
  ['text that reached its limit', stream(text('Hel'), finish('length')), 'Hel'],
  ['thoughts before it', stream(reasoning('hm', 's'), text('Hi'), finish()), 'Hi'],
  ['a tool call after it', stream(text('Hi'), tool('t', 'f', '{"a":', '1}'), finish('tool-call')), 'Hi'],
  ['a failure in it', begun(say('Hel'), error), 'Hel', true],
  ['a failure before it', [start, error], '', true],
];

describe.each(seedClients)('$name, given', (client) => {
  test.each(answers)('%s', (_what, events, said, failed) => {
    for (const [way, brought] of Object.entries(pieces(written(client, events)))) {
      expect(client.read(brought, client.kind), way).toEqual({ said, ended: failed ? client.onFailure : 'done' });
    }
  });
});

describe.each(seedClients.filter(({ path }) => !path.startsWith('/v1')))(
  '$name, which fails on chunks without choices',
  (client) => {
    test('reads an answer with requested usage', () => {
      const asked = written(client, stream(text('Hi'), finish()), { stream_options: { include_usage: true } });
      expect(Buffer.concat(asked).toString()).toContain('"usage":{');
      expect(client.read(asked, client.kind)).toEqual({ said: 'Hi', ended: 'done' });
    });
  },
);

/** The writes of this answer, opened early and with a silence filled after each event. */
function written({ dialect, kind }: SeedClient, events: readonly StreamEvent[], more: JsonObject = {}): Uint8Array[] {
  const asked = kind === 'chat' ? { messages: [{ role: 'user', content: 'Hi' }] } : { prompt: 'Hi' };
  const request = dialect.parse({ model: 'm', stream: true, ...asked, ...more });
  const encoder = dialect.encoder({ request, requestId: 'req_1', id: 'ours', model: 'm', created: 1 });
  const last = events.at(-1);
  const frames = [
    ...encoder.open(),
    ...encoder.heartbeat(),
    ...events.flatMap((event) => [...encoder.write(event), ...(event === last ? [] : encoder.heartbeat())]),
  ];
  return frames.map((frame) => Buffer.from(dialect.write(frame)));
}
