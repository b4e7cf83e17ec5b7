import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Json, JsonObject } from '../../lib/stream/json.ts';
import { objectOf, parsed, textOf } from '../support/truth/truth.ts';

/* Providers of chat completions that tell the same two calls in every way in which some have been seen to. */

const cities = ['San Francisco', 'Los Angeles'] as const;
const name = 'get_current_weather';
const argumentsFor = (city: string) => [`{"location":"${city}",`, '"unit":"celsius"}'];

/** The two calls that each of them makes. */
export const twoCalls = cities.map((location) => ({ name, arguments: { location, unit: 'celsius' } }));

type Deltas = JsonObject[];
const call = (index: number, fn: JsonObject, more: JsonObject = {}): JsonObject => ({ index, ...more, function: fn });
const calls = (...tool_calls: Json[]): JsonObject => ({ tool_calls });
const opening = (index: number, fn: JsonObject = { name, arguments: '' }) =>
  call(index, fn, { id: `call_${index}`, type: 'function' });

/** By the name of the model: for each call its deltas, in order. */
export const shapes: Readonly<Record<string, Deltas>> = {
  'name-with-arguments': cities.flatMap((city, at) => [
    calls(opening(at, { name, arguments: argumentsFor(city)[0] ?? '' })),
    calls(call(at, { arguments: argumentsFor(city)[1] ?? '' })),
  ]),
  'two-in-one': [calls(...cities.map((city, at) => opening(at, { name, arguments: argumentsFor(city).join('') })))],
  'repeated-name': cities.flatMap((city, at) => [
    calls(opening(at)),
    ...argumentsFor(city).map((json) => calls(call(at, { name, arguments: json }))),
  ]),
  'empty-names': cities.flatMap((city, at) => [
    calls(opening(at)),
    ...argumentsFor(city).map((json, piece) => calls(call(at, { name: piece === 0 ? null : '', arguments: json }))),
  ]),
  'no-index': cities.map((city, at) => {
    const { index: _, ...without } = opening(at, { name, arguments: argumentsFor(city).join('') });
    return calls(without);
  }),
  'split-name': cities.flatMap((city, at) => [
    calls(opening(at, { name: name.slice(0, 4), arguments: '' })),
    calls(call(at, { name: name.slice(4) })),
    ...argumentsFor(city).map((json) => calls(call(at, { arguments: json }))),
  ]),
  'text-first': [
    { content: 'Let me see. ' },
    ...cities.flatMap((city, at) => [
      calls(opening(at)),
      ...argumentsFor(city).map((json) => calls(call(at, { arguments: json }))),
    ]),
  ],
};

export interface ShapesProvider {
  readonly url: string;
  /** Paths and bodies that it was sent. */
  readonly asked: { path: string; body: JsonObject }[];
  close(): Promise<void>;
}

/** A provider whose models are these shapes. */
export async function shapesProvider(): Promise<ShapesProvider> {
  const asked: ShapesProvider['asked'] = [];
  const server = createServer(async (request, response) => {
    const bytes: Buffer[] = [];
    for await (const chunk of request) bytes.push(chunk as Buffer);
    const body = objectOf(parsed(Buffer.concat(bytes).toString()));
    asked.push({ path: request.url ?? '', body });
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const chunk = (delta: JsonObject, finish_reason: string | null = null) => {
      const choices = [{ index: 0, delta, finish_reason }];
      return `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices })}\n\n`;
    };
    const deltas = shapes[textOf(body.model)] ?? [{ content: 'Hi' }];
    const chunks = [{ role: 'assistant' }, ...deltas].map((delta) => chunk(delta));
    response.end([...chunks, chunk({}, 'tool_calls'), 'data: [DONE]\n\n'].join(''));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: () => new Promise((resolve) => void server.close(() => resolve())),
  };
}
