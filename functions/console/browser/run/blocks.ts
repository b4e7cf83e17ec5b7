import type { AnswerEvent } from '../../../../lib/client/index.ts';

/** One block of a growing answer. */
export type AnswerBlock =
  | { readonly kind: 'text'; text: string }
  | { readonly kind: 'reasoning'; text: string; signature?: string; ms?: number }
  | { readonly kind: 'redacted-reasoning' }
  | { readonly kind: 'tool'; readonly id: string; readonly name: string; json: string }
  | { readonly kind: 'image'; readonly mediaType: string; readonly data: string }
  | { readonly kind: 'provider'; readonly name: string };

/** Builds the blocks of an answer from its events. `at` is the event's time in milliseconds. */
export class BlockList {
  readonly blocks: AnswerBlock[] = [];
  #startedAt = 0;

  take(event: AnswerEvent, at: number): void {
    const last = this.blocks.at(-1);
    switch (event.type) {
      case 'block-start':
        this.#startedAt = at;
        this.blocks.push(begun(event.block));
        break;
      case 'text-delta':
        if (last?.kind === 'text') last.text += event.text;
        break;
      case 'reasoning-delta':
        if (last?.kind === 'reasoning') last.text += event.text;
        break;
      case 'signature-delta':
        if (last?.kind === 'reasoning') last.signature = (last.signature ?? '') + event.signature;
        break;
      case 'tool-delta':
        if (last?.kind === 'tool') last.json += event.json;
        break;
      case 'block-end':
        if (last?.kind === 'reasoning') last.ms = at - this.#startedAt;
    }
  }
}

function begun(block: Extract<AnswerEvent, { type: 'block-start' }>['block']): AnswerBlock {
  switch (block.kind) {
    case 'tool':
      return { kind: 'tool', id: block.id, name: block.name, json: '' };
    case 'image':
      return { kind: 'image', mediaType: block.mediaType, data: block.data };
    case 'provider':
      return { kind: 'provider', name: block.name };
    case 'redacted-reasoning':
      return { kind: 'redacted-reasoning' };
    default:
      return { kind: block.kind, text: '' };
  }
}
