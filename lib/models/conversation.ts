import type { Message, ModelRequest, Part } from '../stream/request.ts';

export type PartOf<Type extends Part['type']> = Extract<Part, { type: Type }>;

/** What a part becomes: itself, another, several, or nothing. */
type ReplacePart = (part: Part, message: Message) => Part | readonly Part[] | undefined;

/**
 * The request with its parts replaced. The same request if none was. A message that loses its last part is left out, and
 * the turns around it are joined, because Converse rejects adjacent turns of one role.
 */
export function mapParts(request: ModelRequest, replace: ReplacePart): ModelRequest {
  const messages = request.messages.flatMap((message) => {
    const content = mapContent(message.content, (part) => replace(part, message));
    if (content === message.content) return [message];
    return content.length > 0 ? [{ ...message, content }] : [];
  });
  const mapped = withMessages(request, messages);
  return messages.length < request.messages.length ? withAlternatingTurns(mapped) : mapped;
}

/** The list with its parts replaced. The same list if none changed. */
export function mapContent(content: Part[], replace: (part: Part) => Part | readonly Part[] | undefined): Part[] {
  let changed = false;
  const replaced = content.flatMap((part): readonly Part[] => {
    const made = replace(part);
    changed ||= made !== part;
    if (made === undefined) return [];
    return Array.isArray(made) ? made : [made as Part];
  });
  return changed ? replaced : content;
}

/** The request with these messages. The same request if none changed. */
export function withMessages(request: ModelRequest, messages: readonly Message[]): ModelRequest {
  const { messages: before } = request;
  const same = messages.length === before.length && messages.every((message, index) => message === before[index]);
  return same ? request : { ...request, messages };
}

/** The request with adjacent turns of one role joined. */
export function withAlternatingTurns(request: ModelRequest): ModelRequest {
  const turns: Message[] = [];
  for (const message of request.messages) {
    const last = turns.at(-1);
    if (last?.role !== message.role || message.role === 'system') turns.push(message);
    else turns[turns.length - 1] = { ...last, content: resultsFirst([...last.content, ...message.content]) };
  }
  return withMessages(request, turns);
}

function resultsFirst(content: readonly Part[]): Part[] {
  return [...content.filter(({ type }) => type === 'tool-result'), ...content.filter(({ type }) => type !== 'tool-result')];
}

/** The request with these parameters. One that is `undefined` is removed. */
export function withParameters(request: ModelRequest, changes: Partial<ModelRequest['parameters']>): ModelRequest {
  const parameters = { ...request.parameters, ...changes };
  const given = Object.fromEntries(Object.entries(parameters).filter(([, value]) => value !== undefined));
  return { ...request, parameters: given };
}

/** All calls of tools in the conversation. */
export function callsIn({ messages }: Pick<ModelRequest, 'messages'>): PartOf<'tool-call'>[] {
  return messages.flatMap(({ content }) => content.filter((part) => part.type === 'tool-call'));
}

/** The name under which the client knows a parameter. */
export function spelled({ spelling }: ModelRequest, name: keyof ModelRequest['parameters']): string {
  return spelling[name] ?? name;
}
