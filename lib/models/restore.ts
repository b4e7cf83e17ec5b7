import type { StreamEvent } from '../stream/events.ts';
import type { ModelRequest } from '../stream/request.ts';
import { CustomText } from './custom-text.ts';
import type { Requirements } from './requirements.ts';
import { originalNames } from './rules/tool-names.ts';

/** The events of an answer as the client knows its tools. State for one answer. */
export type Restore = (event: StreamEvent) => StreamEvent[];

/**
 * Gives tools their own names back, and custom tools their text. It needs nothing but the client's own request, so it
 * works the same in every later turn.
 */
export function restoreTools({ parameters, messages }: ModelRequest, requirements: Requirements): Restore | undefined {
  const { tools = [] } = parameters;
  const inHistory = messages.flatMap(({ content }) => content.flatMap((part) => (part.type === 'tool-call' ? [part.name] : [])));
  const names = tools.flatMap((tool) => (tool.type === 'passthrough' ? [] : [tool.name]));
  const originals = originalNames([...inHistory, ...names], requirements);
  const custom = new Set(requirements.customTools ? [] : tools.flatMap((tool) => (tool.type === 'custom' ? [tool.name] : [])));
  if (originals.size === 0 && custom.size === 0) return undefined;
  const texts = new Map<number, CustomText>();
  return (event) => {
    if (event.type === 'block-start' && event.block.kind === 'tool') {
      const name = originals.get(event.block.name) ?? event.block.name;
      const isCustom = custom.has(name);
      if (isCustom) texts.set(event.index, new CustomText());
      return [{ ...event, block: { ...event.block, name, ...(isCustom && { custom: true }) } }];
    }
    const text = 'index' in event ? texts.get(event.index) : undefined;
    if (!text) return [event];
    if (event.type === 'tool-delta') {
      const more = text.add(event.json);
      return more === '' ? [] : [{ ...event, json: more }];
    }
    if (event.type !== 'block-end') return [event];
    const rest = text.end();
    texts.delete(event.index);
    return rest === '' && text.hasSent ? [event] : [{ type: 'tool-delta', index: event.index, json: rest }, event];
  };
}
