import type { StreamEvent } from '../stream/events.ts';

/**
 * Does this event commit the answer? A delta of at least one character, a block whose opening already says something
 * (a tool's name, redacted reasoning, an image, the provider's own work), or the finish: an empty answer that the
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
