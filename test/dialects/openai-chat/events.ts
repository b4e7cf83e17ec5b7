import type { Block, StreamEvent, Usage } from '../../../lib/stream/events.ts';

/** Streams of events for tests, without their indices and ends: `stream(text('hi'), tool('a', 'f', '{}'))`. */
type Piece = (index: number) => StreamEvent[];

export const start: StreamEvent = { type: 'start', id: 'chatcmpl-p', model: 'served' };

export function stream(...pieces: Piece[]): StreamEvent[] {
  return [start, ...pieces.flatMap((piece, index) => piece(index))];
}

function block(kind: Block, deltas: (index: number) => StreamEvent[]): Piece {
  return (index) => [{ type: 'block-start', index, block: kind }, ...deltas(index), { type: 'block-end', index }];
}

export const text = (...texts: string[]): Piece =>
  block({ kind: 'text' }, (index) => texts.map((text) => ({ type: 'text-delta', index, text })));

export const refusal = (text: string): Piece =>
  block({ kind: 'text', refusal: true }, (index) => [{ type: 'text-delta', index, text }]);

export const reasoning = (text: string, signature?: string): Piece =>
  block({ kind: 'reasoning' }, (index) => [
    { type: 'reasoning-delta', index, text },
    ...(signature ? [{ type: 'signature-delta', index, signature } as const] : []),
  ]);

export const redacted = (data: string): Piece => block({ kind: 'redacted-reasoning', data }, () => []);

export const cited = (text: string, url?: string, title?: string): Piece =>
  block({ kind: 'text' }, (index) => [
    { type: 'text-delta', index, text },
    { type: 'citation-delta', index, citation: { ...(url && { url }), ...(title && { title }) } },
  ]);

export const tool = (id: string, name: string, ...json: string[]): Piece =>
  block({ kind: 'tool', id, name }, (index) => json.map((json) => ({ type: 'tool-delta', index, json })));

export const image: Piece = block({ kind: 'image', mediaType: 'image/png', data: 'AA==' }, () => []);

export const finish =
  (
    reason: Extract<StreamEvent, { type: 'finish' }>['reason'] = 'stop',
    usage: Usage = { input: 3, output: 5 },
    rawReason: string = reason,
  ): Piece =>
  () => [{ type: 'finish', reason, rawReason, usage }];
