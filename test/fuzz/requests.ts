import fc from 'fast-check';
import type { JsonObject } from '../../lib/stream/json.ts';
import { told } from './compare.ts';
import { type Conversation, conversations, pixel } from './conversation.ts';
import { providerBody } from './provider-body.ts';
import { type Line, meaningOf, readRequest } from './read-request.ts';
import { type Talker, talkers } from './talkers.ts';
import { wires } from './wires/all.ts';
import type { Wire } from './wires/wire.ts';

/** A conversation, which client sends it, and to which kind of provider it goes. */
export interface RequestCase {
  readonly talker: Talker;
  readonly wire: Wire;
  readonly conversation: Conversation;
}

/** Providers that hold conversations with tools. */
const talking = wires.filter(({ says }) => says.has('tool'));

export const requestCases: fc.Arbitrary<RequestCase> = fc
  .record({ talker: fc.nat(talkers.length - 1), wire: fc.nat(talking.length - 1), conversation: conversations })
  .map(({ talker, wire, conversation }) => {
    const [by, to] = [talkers[talker], talking[wire]];
    if (!by || !to) throw new Error('there is nobody to talk');
    return { talker: by, wire: to, conversation };
  });

/** The body that the provider gets. */
function built({ talker, wire, conversation }: RequestCase): JsonObject {
  const request = talker.dialect.parse({ ...talker.body(conversation), stream: true });
  return providerBody(request, wire);
}

/** What is wrong with how this conversation reaches its provider. */
export async function requestFaults(one: RequestCase): Promise<string[]> {
  const { lines, refused } = readRequest(one.wire.provider.name, built(one));
  const [ours, theirs] = [meaningOf(lines), meaningOf(linesOf(one.conversation))];
  return [
    ...refused.map((what) => `would be refused: ${what}`),
    ...(told(ours) === told(theirs) ? [] : [`tells ${told(ours)} for ${told(theirs)}`]),
  ];
}

function linesOf({ system, exchanges, last }: Conversation): Line[] {
  return [
    ...(system ? [{ kind: 'said' as const, role: 'system', text: system }] : []),
    ...exchanges.flatMap(({ said, picture, text, calls }): Line[] => [
      { kind: 'said', role: 'user', text: said },
      ...(picture ? [{ kind: 'picture' as const, data: pixel }] : []),
      ...(text ? [{ kind: 'said' as const, role: 'assistant', text }] : []),
      ...calls.map(({ id, name, given }) => ({ kind: 'call' as const, id, name, given })),
      ...calls.map(({ id, result }) => ({ kind: 'result' as const, id, text: result })),
    ]),
    { kind: 'said', role: 'user', text: last },
  ];
}

/** This case for a person. */
export function printedRequest(one: RequestCase): string {
  const { talker, wire, conversation } = one;
  return `${talker.name} to ${wire.name}\n${JSON.stringify(talker.body(conversation))}\n→ ${JSON.stringify(built(one))}`;
}
