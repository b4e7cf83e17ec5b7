import type { StreamEvent } from '../stream/events.ts';
import type { ModelRequest } from '../stream/request.ts';

/**
 * A filter for the events of one answer to a request with Anthropic's `display: "omitted"`. It removes the text of the
 * reasoning and keeps its signature, which the client sends back. A block without a signature is left out. `undefined` if
 * the client wants everything. A provider of the client's own dialect needs no filter.
 */
export function omittedReasoning({ parameters }: ModelRequest): ((event: StreamEvent) => readonly StreamEvent[]) | undefined {
  if (parameters.reasoning?.display !== 'omitted') return undefined;
  let held: Extract<StreamEvent, { type: 'block-start' }> | undefined;
  let removed = 0;
  const numbered = (event: StreamEvent) => (removed > 0 && 'index' in event ? { ...event, index: event.index - removed } : event);
  return (event) => {
    if (event.type === 'reasoning-delta') return [];
    if (event.type === 'block-start' && event.block.kind === 'reasoning') {
      held = event;
      return [];
    }
    const start = held;
    held = undefined;
    if (!start) return [numbered(event)];
    if (event.type !== 'block-end') return [numbered(start), numbered(event)];
    removed++;
    return [];
  };
}
