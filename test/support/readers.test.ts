import { describe, expect, test } from 'vitest';
import { openaiClojure } from './readers/openai-clojure.ts';
import { predictionGuardGo } from './readers/prediction-guard-go.ts';
import { predictionGuardJs } from './readers/prediction-guard-js.ts';
import { predictionGuardPython } from './readers/prediction-guard-python.ts';
import { predictionGuardRust } from './readers/prediction-guard-rust.ts';
import type { Heard, Kind, Reader } from './readers/reader.ts';
import { sseclient } from './readers/sseclient.ts';

/* Each reader breaks on what its client was seen to break on, so that a stream which it reads says something. */

const readers = {
  python: [predictionGuardPython, 'chat'],
  go: [predictionGuardGo, 'chat'],
  js: [predictionGuardJs, 'chat'],
  rust: [predictionGuardRust, 'chat'],
  clojure: [openaiClojure, 'chat'],
  script: [sseclient, 'text'],
} satisfies Record<string, [Reader, Kind]>;

/** `ok`, `wrong` for an end like any other after text that is not the answer, or how else it ends. */
type Outcome = 'ok' | 'wrong' | Exclude<Heard['ended'], 'done'>;

/** Events of a stream; each is `Hello` or ` wörld`, or what is put around and between them. */
interface Base {
  readonly opening: string[];
  readonly hello: string;
  readonly world: string;
  readonly finish: string;
  readonly done: string;
  chunk(text: string | null, more?: object, top?: object): string;
}

function base(kind: Kind): Base {
  const event = (data: string) => `data: ${data}\n\n`;
  const chunk: Base['chunk'] = (text, more = {}, top = {}) => {
    const said = kind === 'chat' ? { delta: text === '' ? {} : { content: text } } : { text };
    const choices = [{ index: 0, ...said, finish_reason: null, ...more }];
    return event(JSON.stringify({ id: 'c', object: 'o', created: 1, model: 'm', choices, ...top }));
  };
  const opening = kind === 'chat' ? [chunk('', { delta: { role: 'assistant' } })] : [];
  return {
    opening,
    hello: chunk('Hello'),
    world: chunk(' wörld'),
    finish: chunk('', { finish_reason: 'stop' }),
    done: event('[DONE]'),
    chunk,
  };
}

const plain = ({ opening, hello, world, finish, done }: Base) => [...opening, hello, world, finish, done];
const edited = (edit: (event: string) => string) => (events: Base) => plain(events).map(edit);
const amid = (what: string) => (events: Base) => plain({ ...events, hello: events.hello + what });
const usage = ({ chunk }: Base) =>
  chunk('', {}, { choices: [], usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 } });
const bytesOf = (events: readonly string[]) => Buffer.from(events.join(''));
const cutEvery = (bytes: Buffer, size: number) =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) => bytes.subarray(at * size, (at + 1) * size));

type Broken = Partial<Record<keyof typeof readers, Outcome>>;

/** A way to write the stream, and which reader breaks on it how; the others read it. */
const variants: [what: string, write: (events: Base) => readonly (string | Buffer)[], broken: Broken][] = [
  ['as it should be', plain, {}],
  ['a comment event', amid(': keep-alive\n\n'), { go: 'stops', js: 'stops' }],
  ['a short comment', amid(':\n\n'), { go: 'crashes', js: 'stops' }],
  ['a comment above a data line', edited((event) => `: keep-alive\n${event}`), { go: 'stops' }],
  ['event lines', edited((event) => `event: message\n${event}`), { go: 'stops' }],
  ['id lines', edited((event) => `id: 1\n${event}`), { go: 'crashes' }],
  ['a retry block', (events) => ['retry: 3000\n\n', ...plain(events)], { go: 'stops', js: 'stops' }],
  ['CRLF', edited((event) => event.replaceAll('\n', '\r\n')), { clojure: 'waits' }],
  ['no space after data:', edited((event) => event.replace('data: ', 'data:')), { go: 'stops' }],
  [
    'a usage chunk without choices',
    (events) => [...plain(events).slice(0, -1), usage(events), events.done],
    { python: 'raises', script: 'raises' },
  ],
  ['a first chunk without choices', (events) => [usage(events), ...plain(events)], { python: 'raises', script: 'raises' }],
  [
    'usage inside the finish chunk',
    (events) => plain({ ...events, finish: events.chunk('', { finish_reason: 'stop' }, { usage: { prompt_tokens: 1 } }) }),
    {},
  ],
  ['usage: null on each chunk', edited((event) => event.replace('"model"', '"usage":null,"model"')), {}],
  [
    'text that is null',
    (events) => plain({ ...events, finish: events.chunk(null) + events.finish }),
    { python: 'wrong', js: 'wrong', rust: 'raises', script: 'wrong' },
  ],
  ['logprobs: null', edited((event) => event.replace('"index"', '"logprobs":null,"index"')), { rust: 'raises' }],
  [
    'the last text beside the finish',
    (events) => plain({ ...events, world: '', finish: events.chunk(' wörld', { finish_reason: 'stop' }) }),
    { rust: 'wrong' },
  ],
  [
    'a created that is no whole number',
    edited((event) => event.replace('"created":1', '"created":1.5')),
    { go: 'stops', rust: 'raises' },
  ],
  ['no [DONE]', (events) => plain({ ...events, done: '' }), { clojure: 'waits' }],
  ['[DONE] in the text', (events) => plain({ ...events, world: events.chunk(' [DONE]') }), { clojure: 'wrong' }],
  [
    'an escaped [DONE] in the text',
    (events) => plain({ ...events, world: events.chunk(' [DONE]').replace('[DONE]', '\\u005bDONE]') }),
    {},
  ],
  ['a line of 70 KB', (events) => plain({ ...events, world: events.chunk(` ${'x'.repeat(70_000)}`) }), { go: 'stops' }],
  [
    'blank lines in writes of their own',
    (events) => plain(events).flatMap((event) => [event.slice(0, -1), '\n']),
    { js: 'stops' },
  ],
  ['JSON split over two writes', (events) => plain(events).flatMap((event) => [event.slice(0, 20), event.slice(20)]), {}],
  ['one byte a write', (events) => cutEvery(bytesOf(plain(events)), 1), { js: 'stops' }],
  ['all in one write', (events) => [bytesOf(plain(events))], {}],
];

/** What the text is in these variants. */
const texts: Record<string, string> = {
  '[DONE] in the text': 'Hello [DONE]',
  'an escaped [DONE] in the text': 'Hello [DONE]',
  'a line of 70 KB': `Hello ${'x'.repeat(70_000)}`,
};

describe.each(Object.keys(readers) as (keyof typeof readers)[])('the reader of %s', (name) => {
  const [read, kind] = readers[name];

  test.each(variants)('%s', (what, write, broken) => {
    const { said, ended } = read(
      write(base(kind)).map((piece) => Buffer.from(piece)),
      kind,
    );
    const outcome = ended !== 'done' ? ended : said === (texts[what] ?? 'Hello wörld') ? 'ok' : 'wrong';
    expect(outcome).toBe(broken[name] ?? 'ok');
  });
});

describe('an error in the middle', () => {
  const failed = (error: object | string) => (events: Base) => [
    ...events.opening,
    events.hello,
    `data: ${JSON.stringify({ error })}\n\n`,
    events.done,
  ];
  const heard = (name: keyof typeof readers, events: (base: Base) => string[]) => {
    const [read, kind] = readers[name];
    return read([bytesOf(events(base(kind)))], kind).ended;
  };

  test.each<[keyof typeof readers, asObject: Heard['ended'], asText: Heard['ended']]>([
    ['python', 'done', 'done'],
    ['go', 'stops', 'told'],
    ['js', 'told', 'told'],
    ['rust', 'done', 'done'],
    ['clojure', 'told', 'told'],
    ['script', 'raises', 'raises'],
  ])('%s: as an object %s, as text %s', (name, asObject, asText) => {
    expect([heard(name, failed({ message: 'No.' })), heard(name, failed('No.'))]).toEqual([asObject, asText]);
  });
});
