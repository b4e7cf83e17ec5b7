import type { Block, FinishReason, StreamEvent, Usage } from '../../../lib/stream/events.ts';

/** What encoders and collectors are made with in these tests. */
export const options = {
  request: {
    dialect: 'bedrock-converse',
    body: {},
    model: 'm',
    stream: true,
    messages: [],
    parameters: {},
    spelling: {},
    unknown: [],
    showUsage: true,
  },
  requestId: 'req_1',
  id: 'msg_1',
  model: 'm',
  created: 0,
};

export const start: StreamEvent = { type: 'start', id: 'msg_1', model: 'claude' };

export function block(index: number, opened: Block, ...deltas: StreamEvent[]): StreamEvent[] {
  return [{ type: 'block-start', index, block: opened }, ...deltas, { type: 'block-end', index }];
}

export function text(index: number, said: string): StreamEvent[] {
  return block(index, { kind: 'text' }, { type: 'text-delta', index, text: said });
}

export function finish(reason: FinishReason = 'stop', rawReason = 'stop', usage: Usage = {}): StreamEvent {
  return { type: 'finish', reason, rawReason, usage };
}

/** An answer with everything that Converse has a place for, and an image of a kind that it has not. */
export const everything: StreamEvent[] = [
  start,
  ...block(
    0,
    { kind: 'reasoning' },
    { type: 'reasoning-delta', index: 0, text: 'Hm' },
    { type: 'signature-delta', index: 0, signature: 'c2ln+/=' },
  ),
  ...block(1, { kind: 'redacted-reasoning', data: 'enp6' }),
  ...block(2, { kind: 'image', mediaType: 'image/svg+xml', data: 'AAAA' }),
  ...block(
    3,
    { kind: 'text' },
    { type: 'text-delta', index: 3, text: 'Hi "北"' },
    { type: 'citation-delta', index: 3, citation: { url: 'https://a/', title: 'A', text: 'a' } },
  ),
  ...block(4, { kind: 'text' }),
  ...block(5, { kind: 'tool', id: 'call_1', name: 'weather' }, { type: 'tool-delta', index: 5, json: '{"a":1}' }),
  ...block(6, { kind: 'image', mediaType: 'image/png', data: 'AAAA' }),
  finish('tool-call', 'tool_calls', { input: 15, cacheRead: 1, cacheWrite: 5, output: 16, reasoning: 4 }),
];
