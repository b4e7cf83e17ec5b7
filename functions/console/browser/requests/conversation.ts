/** A picture that the user attached. */
export interface Picture {
  readonly mediaType: string;
  /** Base64. */
  readonly data: string;
  readonly name: string;
}

export interface Call {
  readonly id: string;
  readonly name: string;
  /** Arguments, as JSON text. */
  readonly json: string;
}

/** A block of reasoning, with the provider's signature if it has one. */
export interface Thought {
  readonly text: string;
  readonly signature?: string;
}

/** One message of a conversation, independent of any dialect. */
export type Message =
  | { readonly role: 'user'; readonly text: string; readonly pictures: readonly Picture[] }
  | { readonly role: 'assistant'; readonly text: string; readonly thoughts: readonly Thought[]; readonly calls: readonly Call[] }
  | { readonly role: 'tool'; readonly results: readonly { readonly id: string; readonly name: string; readonly text: string }[] };

/** A tool, independent of any dialect. */
export interface Tool {
  readonly name: string;
  readonly description?: string;
  /** A JSON schema. */
  readonly parameters: object;
}

export const efforts = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'] as const;
export type Effort = (typeof efforts)[number];

/** Everything that a request is built from. */
export interface Wanted {
  readonly model: string;
  readonly messages: readonly Message[];
  readonly system?: string;
  readonly maxTokens?: number;
  readonly temperature?: number;
  readonly effort?: Effort;
  readonly tools?: readonly Tool[];
  /** The JSON schema for the answer. */
  readonly schema?: object;
}

/** The members that are not undefined, for spreading: `{ ...given({ temperature }) }`. */
export function given<Members extends object>(members: Members): Partial<Members> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Partial<Members>;
}

export const dataUrl = ({ mediaType, data }: Picture) => `data:${mediaType};base64,${data}`;

/** The arguments as an object. Invalid JSON becomes an empty object. */
export function argumentsOf({ json }: Call): object {
  try {
    const parsed: unknown = JSON.parse(json || '{}');
    return typeof parsed === 'object' && parsed !== null ? parsed : {};
  } catch {
    return {};
  }
}

/** The conversation as one text, for dialects without messages. */
export function transcript(messages: readonly Message[], user: string, assistant: string): string {
  const spoken = messages.flatMap((message) => {
    if (message.role === 'user') return [`${user}: ${message.text}`];
    return message.role === 'assistant' && message.text ? [`${assistant}: ${message.text}`] : [];
  });
  return [...spoken, `${assistant}:`].join('\n\n');
}
