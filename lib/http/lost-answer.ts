import type { DecodeContext } from '../dialects/dialect.ts';
import type { GatewayRequest } from '../gateway/gateway-request.ts';
import { toSluiceError } from '../stream/errors.ts';
import type { Events, StreamEvent } from '../stream/events.ts';
import type { Frames, ReadFrames } from '../wire/frame.ts';

interface Reader {
  readonly read: ReadFrames;
  decode(frames: Frames, context: DecodeContext): Events;
}

const sse = async () => (await import('../wire/sse.ts')).readSse;

/** How the events of a client dialect are read back. An answer in any other dialect is never continued. */
const readers: Readonly<Record<string, () => Promise<Reader>>> = {
  async 'openai-chat'() {
    const { openaiChatUpstream } = await import('../dialects/openai-chat/upstream.ts');
    return { read: await sse(), decode: openaiChatUpstream().decode };
  },
  async 'openai-completions'() {
    const { openaiCompletionsUpstream } = await import('../dialects/openai-completions/upstream.ts');
    return { read: await sse(), decode: openaiCompletionsUpstream().decode };
  },
  async 'openai-responses'() {
    const { decode } = await import('../dialects/openai-responses/decode.ts');
    return { read: await sse(), decode };
  },
  async 'anthropic-messages'() {
    const { decode } = await import('../dialects/anthropic-messages/decode.ts');
    return { read: await sse(), decode };
  },
  async 'bedrock-converse'() {
    const { decode } = await import('../dialects/bedrock-converse/decode.ts');
    return { read: (await import('../wire/aws-event-stream.ts')).readAwsEventStream, decode };
  },
};

/**
 * The answer that a client got from a process that died, as far as it was stored. `undefined` if it can't be read back, or
 * lacks only its end.
 */
export async function lostAnswer(
  stored: readonly Uint8Array[],
  { client, route, answerId, request }: GatewayRequest,
): Promise<readonly StreamEvent[] | undefined> {
  const reader = await readers[client.name]?.();
  if (!reader) return undefined;
  const { read, decode } = reader;
  const context = { id: answerId, model: route.name, passthrough: false, choices: request.parameters.choices ?? 1 };
  const events: StreamEvent[] = [];
  try {
    for await (const batch of decode(read(from(stored), { maxFrameBytes: Number.MAX_SAFE_INTEGER }), context)) {
      events.push(...batch);
    }
  } catch (thrown) {
    // A stream without an end is what a dead process leaves behind. Anything else was not written by this version.
    if (toSluiceError(thrown).kind !== 'upstream_cut') return undefined;
    return events.map((event) => (event.type === 'start' ? { ...event, id: answerId } : event));
  }
  return undefined;
}

async function* from(events: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield Buffer.concat(events);
}
