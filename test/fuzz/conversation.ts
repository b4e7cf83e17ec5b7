import fc from 'fast-check';
import type { JsonObject } from '../../lib/stream/json.ts';

export interface Call {
  readonly id: string;
  readonly name: string;
  readonly given: JsonObject;
  /** The client sends no arguments back: the provider had streamed none. */
  readonly blank: boolean;
  readonly result: string;
}

/** A user's text and the model's answer to it, before any client has written them. */
export interface Exchange {
  readonly said: string;
  readonly picture: boolean;
  readonly thought: string;
  readonly text: string;
  readonly calls: readonly Call[];
}

/** A conversation so far: exchanges, and a last user text. */
export interface Conversation {
  readonly system: string;
  readonly exchanges: readonly Exchange[];
  readonly last: string;
  readonly maxTokens: number;
}

const text = fc.oneof(
  fc.string({ minLength: 1, maxLength: 12 }).map((words) => `w${words}`),
  fc.constantFrom('北京', '🌍!', '[DONE]', '{"a":1}', '\u2028x', 'a\n\nb', '</thinking>'),
);

const call = fc.record({
  id: fc.constantFrom('call_1', 'toolu_01A', 'functions.f:0', 'chatcmpl-tool-9f', 'D681PevKs'),
  name: fc.constantFrom('f', 'get_weather'),
  given: fc.dictionary(fc.constantFrom('city', 'é'), fc.oneof(fc.nat(), text), { maxKeys: 2 }),
  blank: fc.boolean(),
  result: text,
});

const exchange: fc.Arbitrary<Exchange> = fc.record({
  said: text,
  picture: fc.boolean(),
  thought: fc.oneof(fc.constant(''), text),
  text: fc.oneof(fc.constant(''), text),
  calls: fc.oneof(fc.constant([]), fc.array(call, { maxLength: 3 })),
});

export const conversations: fc.Arbitrary<Conversation> = fc
  .record({
    system: fc.oneof(fc.constant(''), text),
    exchanges: fc.array(exchange, { maxLength: 3 }),
    last: text,
    maxTokens: fc.integer({ min: 1, max: 4000 }),
  })
  .map(({ exchanges, ...conversation }) => ({
    ...conversation,
    exchanges: exchanges.map((one, at) => ({
      ...one,
      // A turn of the model holds something.
      text: one.text || (one.thought || one.calls.length > 0 ? '' : 'yes'),
      // An id identifies one call.
      calls: one.calls.map((each, position) => ({
        ...each,
        id: `${each.id}${at}${position}`,
        given: each.blank ? {} : each.given,
      })),
    })),
  }));

/** The smallest PNG, one pixel. */
export const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** The tools that these conversations call. */
export const tools = ['f', 'get_weather'].map((name) => ({
  name,
  description: 'A tool',
  schema: { type: 'object', properties: { city: { type: 'string' } } },
}));
