import fc from 'fast-check';
import { markReasoning } from '../../lib/dialects/reasoning-vendors.ts';
import type { JsonObject } from '../../lib/stream/json.ts';
import { type Talker, talkers } from '../features/sdk-clients.ts';
import { clientDialects } from '../matrix/cases.ts';
import { flattened } from '../support/batches.ts';
import type { CheckedDialect } from '../support/checker/check.ts';
import { whole } from '../support/chunkings.ts';
import { readers, requestOf, translate } from '../support/translate.ts';
import { truthOf } from '../support/truth/truth-of.ts';
import { type Answer, answers, type Item } from './answer.ts';
import { told } from './compare.ts';
import { providerBody } from './provider-body.ts';
import { type Line, meaningOf, readRequest } from './read-request.ts';
import { fitting, printed } from './streams.ts';
import { wires } from './wires/all.ts';
import type { Wire } from './wires/wire.ts';

/** An answer that a client keeps, and sends back with its next question. */
export interface RoundTrip {
  readonly wire: Wire;
  readonly answer: Answer;
  readonly talker: Talker;
  readonly stream: boolean;
}

const talking = wires.filter(({ says }) => says.has('tool'));
const signing = new Set(['messages', 'converse', 'gemini', 'invoke, Claude']);

const dialectOf: Readonly<Record<string, CheckedDialect>> = {
  'chat completions': 'openai-chat',
  'chat completions, Prediction Guard’s form': 'openai-chat',
  Responses: 'openai-responses',
  Messages: 'anthropic-messages',
  Converse: 'bedrock-converse',
  'InvokeModel, Claude’s Messages': 'bedrock-invoke',
};

const yes: Item = { kind: 'text', text: 'yes', cuts: [], signature: '' };

export const roundTrips: fc.Arbitrary<RoundTrip> = fc
  .record({ wire: fc.nat(talking.length - 1), talker: fc.nat(talkers.length - 1), answer: answers(1), stream: fc.boolean() })
  .map(({ wire: which, talker, answer, stream }) => {
    const [wire, client] = [talking[which], talkers[talker]];
    if (!wire || !client) throw new Error('there is nobody to talk');
    // An answer that was cut off or filtered is not gone on with.
    const { choices, ...fit } = fitting(answer, wire);
    const gone = choices.map(({ items }) => ({ items: items.length > 0 ? items : [yes], stop: 'by itself' as const }));
    return { wire, talker: client, stream, answer: { ...fit, choices: gone } };
  });

const question = 'What now?';

/** What is wrong with how an answer comes back to its provider. */
export async function roundTripFaults(one: RoundTrip): Promise<string[]> {
  const { wire, answer } = one;
  const bytes = wire.write(answer);
  const body = await nextRequest(one, bytes);
  const { lines, refused } = readRequest(wire.provider.name, body);
  const [ours, theirs] = [meaningOf(lines), meaningOf(linesOf(wire, bytes))];
  const sent = JSON.stringify(body);
  const { signatures } = truthOf({ format: wire.format, bytes });
  const lost = signing.has(wire.name) ? signatures.filter((signature) => !sent.includes(JSON.stringify(signature))) : [];
  return [
    ...refused.map((what) => `would be refused: ${what}`),
    ...(told(ours) === told(theirs) ? [] : [`tells ${told(ours)} for ${told(theirs)}`]),
    ...lost.map((signature) => `the signature ${signature} did not come back`),
  ];
}

/** The body of the next request, as the provider gets it. */
async function nextRequest({ wire, talker, stream }: RoundTrip, bytes: Uint8Array): Promise<JsonObject> {
  const client = clientDialects[dialectOf[talker.name] ?? 'openai-chat'];
  const marked = { ...wire.provider, decode: marking(wire, client.name) };
  const given = stream
    ? (await translate({ bytes, wire: wire.wire, provider: marked, client })).bytes
    : Buffer.from(JSON.stringify(await collected(wire, marked.decode, client, bytes)));
  const heard = talker.heard(given, stream);
  const calls = talker.calls(heard);
  const next = calls.length > 0 ? talker.results(calls, ({ name }) => `done ${name}`) : [talker.user('Go on.')];
  const request = client.parse({
    ...talker.body('m', [talker.user(question), ...heard, ...next], true),
    model: 'm',
    stream: true,
  });
  return providerBody(request, wire);
}

type Decode = Wire['provider']['decode'];

/** A client of another vendor's dialect receives reasoning with the vendor's name on it. */
function marking({ provider }: Wire, client: string): Decode {
  return async function* (frames, context) {
    const mark = markReasoning(client, provider.name);
    for await (const events of provider.decode(frames, context)) yield events.map(mark);
  };
}

async function collected(
  { wire, provider }: Wire,
  decode: Decode,
  client: (typeof clientDialects)[CheckedDialect],
  bytes: Uint8Array,
): Promise<JsonObject> {
  const request = { ...requestOf(client.name, false), stream: false };
  const collector = client.collector({ request, requestId: 'req_1', id: 'ours-1', model: 'our-model', created: 1 });
  const frames = readers[wire](whole(bytes), { maxFrameBytes: 32 << 20 });
  const passthrough = provider.name === client.name;
  const context = { id: 'ours-1', model: 'our-model', passthrough };
  for await (const event of flattened(decode(frames, context))) collector.write(event);
  return collector.body();
}

/** What the next request has to tell: the question, the answer, and what follows it. */
function linesOf({ format }: Wire, bytes: Uint8Array): Line[] {
  const { text, refusal = '', tools } = truthOf({ format, bytes });
  const calls = tools.map(({ name, arguments: given }, at): Line => ({ kind: 'call', id: String(at), name, given }));
  // Some dialects can't express the position of text among calls.
  return [
    { kind: 'said', role: 'user', text: question },
    ...(text + refusal ? [{ kind: 'said' as const, role: 'assistant', text: text + refusal }] : []),
    ...calls,
    ...tools.map(({ name }, at): Line => ({ kind: 'result', id: String(at), text: `done ${name}` })),
    ...(tools.length === 0 ? [{ kind: 'said' as const, role: 'user', text: 'Go on.' }] : []),
  ];
}

/** This case for a person. */
export function printedRoundTrip(one: RoundTrip): string {
  const { wire, answer, talker, stream } = one;
  const way = `${talker.name}, ${stream ? 'a stream' : 'whole'}`;
  return `${way}\n${printed({ wire, answer, client: 'openai-chat', chunks: { seed: 0, size: 1 } })}`;
}
