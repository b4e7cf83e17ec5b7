import { isObject, type Json, type JsonObject } from '../../stream/json.ts';
import { has, objectOf, objectsOf } from './words.ts';

/** A chat request with the parts that most checks need. */
export interface Chat {
  readonly body: JsonObject;
  readonly messages: readonly JsonObject[];
  readonly parts: readonly JsonObject[];
}

/** A server's error for a request. Status 400 unless set. */
export interface Fault {
  readonly message: string;
  readonly code?: string;
  readonly status?: number;
}

/** One thing that a server rejects. */
export type ChatCheck = (chat: Chat) => Fault | undefined;

export function chatOf(body: JsonObject): Chat {
  const messages = objectsOf(body.messages);
  return { body, messages, parts: messages.flatMap(({ content }) => objectsOf(content)) };
}

/**
 * Members that a server doesn't know: `name` of the body, `messages.name` of a message, `tools.name` of a tool. With
 * `models`, only those models reject them.
 */
export function extraMembers(names: readonly string[], says: (path: string, body: JsonObject) => Fault, models = /./): ChatCheck {
  return ({ body, messages }) => {
    if (!models.test(String(body.model))) return undefined;
    for (const name of names) {
      const [first = '', second] = name.split('.');
      if (second === undefined && has(body, first)) return says(first, body);
      const list = first === 'messages' ? messages : objectsOf(body[first]);
      const index = second === undefined ? -1 : list.findIndex((item) => has(item, second));
      if (index >= 0) return says(`${first}.${index}.${second}`, body);
    }
    return undefined;
  };
}

/** Allows only these values of a member. */
export function fixed(name: string, values: readonly Json[], says: () => Fault): ChatCheck {
  return ({ body }) => (has(body, name) && !values.includes(body[name] ?? null) ? says() : undefined);
}

/** Allows only these roles. */
export function roles(known: readonly string[], says: (role: string, index: number) => Fault): ChatCheck {
  return ({ messages }) => {
    const index = messages.findIndex(({ role }) => !known.includes(String(role)));
    return index < 0 ? undefined : says(String(messages[index]?.role), index);
  };
}

/** The roles that may follow a role. Any role may follow one that isn't listed. */
export function allows(
  after: Readonly<Record<string, readonly string[]>>,
  says: (role: string, before: string) => Fault,
): ChatCheck {
  return ({ messages }) => {
    const index = messages.findIndex(({ role }, at) => {
      const next = after[String(messages[at - 1]?.role)];
      return at > 0 && next !== undefined && !next.includes(String(role));
    });
    return index < 0 ? undefined : says(String(messages[index]?.role), String(messages[index - 1]?.role));
  };
}

/** The roles that may end a conversation. */
export function lastRole(known: readonly string[], says: (role: string) => Fault): ChatCheck {
  return ({ messages }) => {
    const last = messages.at(-1);
    return last && !known.includes(String(last.role)) && last.prefix !== true ? says(String(last.role)) : undefined;
  };
}

/** System messages must come before all others. */
export function systemFirst(says: () => Fault): ChatCheck {
  return ({ messages }) => (messages.some(({ role }, index) => index > 0 && role === 'system') ? says() : undefined);
}

/** Ids of calls, in the calls and in the results. */
export function callIds(pattern: RegExp, says: (id: string) => Fault): ChatCheck {
  return ({ messages }) => {
    const ids = messages.flatMap(({ tool_calls: calls, tool_call_id: id }) => [
      ...objectsOf(calls).map((call) => call.id),
      ...(id === undefined ? [] : [id]),
    ]);
    const wrong = ids.find((id) => !pattern.test(String(id)));
    return wrong === undefined ? undefined : says(String(wrong));
  };
}

/** An assistant message with calls must include the reasoning that led to them. */
export function reasoningBack(says: (index: number) => Fault): ChatCheck {
  return ({ body, messages }) => {
    if (objectOf(body.thinking).type === 'disabled') return undefined;
    const index = messages.findIndex(
      ({ role, tool_calls: calls, reasoning_content: reasoning }) =>
        role === 'assistant' && objectsOf(calls).length > 0 && !(typeof reasoning === 'string' && reasoning !== ''),
    );
    return index < 0 ? undefined : says(index);
  };
}

/** The tool choices that the server accepts. A named function is `specified`. */
export function choices(known: readonly string[], says: (choice: string) => Fault): ChatCheck {
  return ({ body: { tool_choice: choice, thinking } }) => {
    if (choice === undefined || choice === null || objectOf(thinking).type === 'disabled') return undefined;
    // A choice among some of the tools names none of them.
    const word = isObject(choice) ? (choice.type === 'allowed_tools' ? 'auto' : 'specified') : String(choice);
    return known.includes(word) ? undefined : says(word);
  };
}

/** A tool choice or parallel calls without tools. */
export function choiceWithoutTools(message: string): ChatCheck {
  return ({ body }) => {
    const hasChoice = has(body, 'tool_choice') || has(body, 'parallel_tool_calls');
    return hasChoice && objectsOf(body.tools).length === 0 ? { message } : undefined;
  };
}

/** A message without text and calls. */
export function emptyMessages(says: (index: number, role: string) => Fault): ChatCheck {
  return ({ messages }) => {
    const index = messages.findIndex(
      ({ content, tool_calls: calls, role }) =>
        role !== 'tool' && (content === '' || content == null || isEmptyList(content)) && objectsOf(calls).length === 0,
    );
    return index < 0 ? undefined : says(index, String(messages[index]?.role));
  };
}

function isEmptyList(content: Json): boolean {
  return Array.isArray(content) && content.length === 0;
}

/** A server that only accepts text. */
export function textOnly(says: (kind: string, index: number) => Fault): ChatCheck {
  return ({ messages }) => {
    for (const [index, { content }] of messages.entries()) {
      const other = objectsOf(content).find(({ type }) => type !== 'text');
      if (other) return says(String(other.type), index);
    }
    return undefined;
  };
}

/** Response formats besides text. */
export function json(known: readonly string[], says: () => Fault): ChatCheck {
  return ({ body }) => {
    const { type = 'text' } = objectOf(body.response_format);
    return type === 'text' || known.includes(String(type)) ? undefined : says();
  };
}

/** The user id, with at most `max` characters. */
export function userLength(name: string, max: number): ChatCheck {
  return ({ body }) => {
    const value = body[name];
    return typeof value === 'string' && value.length > max
      ? { message: `${name}: string too long, expected at most ${max} characters` }
      : undefined;
  };
}

/** The server parses the arguments of earlier calls, so they must be JSON. */
export function parsedArguments(says: (message: string) => Fault): ChatCheck {
  return ({ messages }) => {
    for (const call of messages.flatMap(({ tool_calls: calls }) => objectsOf(calls))) {
      const text = objectOf(call.function).arguments;
      try {
        JSON.parse(typeof text === 'string' ? text : JSON.stringify(text));
      } catch (thrown) {
        return says(String(thrown));
      }
    }
    return undefined;
  };
}
