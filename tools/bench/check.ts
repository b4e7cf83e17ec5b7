import { textOfToken, type Upstream, writesOf } from './answers.ts';
import type { Row } from './rows.ts';
import type { Shape } from './shape.ts';

/**
 * Throws unless this is the whole answer: every token, in order, and its end. A figure for anything else would be
 * invalid.
 */
export function checkAnswer(row: Row, shape: Shape, body: Buffer): void {
  const fault = row.through === 'pipe' ? faultOfBytes(row.upstream, shape, body) : faultOfEvents(row.client, shape, body);
  if (fault) throw new Error(`${row.name}: ${fault}`);
}

function faultOfBytes(upstream: Upstream, shape: Shape, body: Buffer): string | undefined {
  return body.equals(Buffer.concat(writesOf(upstream, shape)))
    ? undefined
    : 'the received bytes differ from the bytes that the upstream sent';
}

/** What the client received. */
interface Received {
  text: string;
  /** The finish reasons. */
  reasons: string[];
  /** The last event is the one that ends a stream. */
  ended: boolean;
}

function faultOfEvents(client: Upstream, { tokens }: Shape, body: Buffer): string | undefined {
  const { text, reasons, ended } = readers[client](body);
  if (!ended || reasons.length !== 1) return `a response did not end with stop: ${JSON.stringify(reasons)}`;
  const expected = Array.from({ length: tokens }, (_, index) => textOfToken(index)).join('');
  if (text !== expected) return `a response of ${tokens} tokens has ${text.length} characters instead of ${expected.length}`;
  return undefined;
}

/** The data of each event, whatever its name. */
function dataOf(body: Buffer): string[] {
  const lines = body.toString('utf8').split('\n');
  return lines.filter((line) => line.startsWith('data: ')).map((line) => line.slice('data: '.length));
}

/** The payload of each message, after two lengths, a checksum and the headers. */
function payloadsOf(body: Buffer): string[] {
  const payloads: string[] = [];
  for (let at = 0; at < body.length; ) {
    const end = at + body.readUInt32BE(at);
    payloads.push(body.toString('utf8', at + 12 + body.readUInt32BE(at + 4), end - 4));
    at = end;
  }
  return payloads;
}

const readers: Record<Upstream, (body: Buffer) => Received> = {
  openai(body) {
    const data = dataOf(body);
    const received: Received = { text: '', reasons: [], ended: data.pop() === '[DONE]' };
    for (const json of data) {
      const [choice] = JSON.parse(json).choices;
      received.text += choice?.delta.content ?? '';
      if (choice?.finish_reason) received.reasons.push(choice.finish_reason);
    }
    return received;
  },
  anthropic(body) {
    const received: Received = { text: '', reasons: [], ended: false };
    for (const json of dataOf(body)) {
      const event = JSON.parse(json);
      if (event.type === 'content_block_delta') received.text += event.delta.text;
      if (event.type === 'message_delta') received.reasons.push(event.delta.stop_reason);
      received.ended = event.type === 'message_stop';
    }
    return received;
  },
  bedrock(body) {
    const received: Received = { text: '', reasons: [], ended: false };
    for (const json of payloadsOf(body)) {
      const { delta, stopReason, usage } = JSON.parse(json);
      received.text += delta?.text ?? '';
      if (stopReason) received.reasons.push(stopReason);
      received.ended = usage !== undefined;
    }
    return received;
  },
};
