import type { ProviderKind } from '../../../lib/providers/provider-kinds.ts';

export type SpokenName = 'chat' | 'responses' | 'messages' | 'gemini' | 'converse';

/** What providers of one kind write on the wire, frame by frame, for servers that say them well, badly or in part. */
export interface ProviderStream {
  readonly name: SpokenName;
  /** The kind of provider that sends this stream for this model. */
  readonly kind: ProviderKind;
  readonly model: string;
  readonly wire: 'sse' | 'aws-event-stream';
  readonly contentType: string;
  /** What comes before the first content. */
  readonly envelope: Buffer;
  text(words: string): Buffer;
  /** One tool call: its opening, then its arguments. */
  tool(name: string, ...json: string[]): Buffer;
  /** The end of an answer, in parts: the model's own stop, usage that follows it, what ends the stream. */
  readonly stop: { readonly finish: Buffer; readonly usage: Buffer; readonly terminator: Buffer };
  /** A frame of this payload, whatever it is; `event` where the wire names its frames. */
  frame(payload: string | Uint8Array, event?: string): Buffer;
  /** A failure that the provider tells of in the stream. */
  failure(type: string, message: string): Buffer;
  /** The body of a refusal; `type` is the provider's own word for it. */
  refusal(type: string, message: string): { body: string; headers: string[] };
}

/** A whole answer of these texts. */
export function wholeAnswer(providerStream: ProviderStream, ...texts: string[]): Buffer[] {
  const { finish, usage, terminator } = providerStream.stop;
  return [providerStream.envelope, ...texts.map((words) => providerStream.text(words)), finish, usage, terminator];
}

/** One event of a text stream. */
export function sseEvent(payload: string | Uint8Array, event?: string): Buffer {
  return Buffer.concat([Buffer.from(event ? `event: ${event}\ndata: ` : 'data: '), Buffer.from(payload), Buffer.from('\n\n')]);
}
