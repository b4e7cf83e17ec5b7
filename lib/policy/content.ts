import type { StreamEvent } from '../stream/events.ts';

/**
 * True if this event commits the answer. That is a delta with at least one character, a block-start with content (a
 * tool's name, redacted reasoning, an image, the provider's own work), or the finish. An empty answer that the
 * provider finished is complete.
 */
export function isContent(event: StreamEvent): boolean {
  switch (event.type) {
    case 'text-delta':
    case 'reasoning-delta':
      return event.text.length > 0;
    case 'signature-delta':
    case 'tool-delta':
    case 'citation-delta':
    case 'provider-delta':
    case 'finish':
      return true;
    case 'block-start':
      return event.block.kind !== 'text' && event.block.kind !== 'reasoning';
    default:
      return false;
  }
}
