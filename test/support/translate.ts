import type { ClientDialect, ProviderDialect } from '../../lib/dialects/dialect.ts';
import { toSluiceError } from '../../lib/stream/errors.ts';
import type { StreamEvent } from '../../lib/stream/events.ts';
import type { ModelRequest } from '../../lib/stream/request.ts';
import { readAwsEventStream } from '../../lib/wire/aws-event-stream.ts';
import type { ReadFrames } from '../../lib/wire/frame.ts';
import { readInvokeChunks } from '../../lib/wire/invoke-chunks.ts';
import { readSse } from '../../lib/wire/sse.ts';
import { flattened } from './batches.ts';
import { type Chunking, whole } from './chunkings.ts';

/** A provider's answer, and who reads it for whom. */
export interface Translation {
  readonly bytes: Uint8Array;
  readonly wire: 'sse' | 'aws-event-stream' | 'invoke-chunks';
  readonly provider: Pick<ProviderDialect, 'name' | 'decode'>;
  readonly client: Pick<ClientDialect, 'name' | 'encoder' | 'write'>;
  readonly showUsage?: boolean;
  /** The number of choices that the client requested. */
  readonly choices?: number;
}

export interface Translated {
  readonly events: StreamEvent[];
  /** What would be written, a frame each. */
  readonly pieces: Uint8Array[];
  readonly bytes: Buffer;
}

/** The reader of each wire. */
export const readers: Record<Translation['wire'], ReadFrames> = {
  sse: readSse,
  'aws-event-stream': readAwsEventStream,
  'invoke-chunks': readInvokeChunks,
};

/** The way of an answer through wire, decoder and encoder, without the policy between them; a failure becomes the error event. */
export async function translate(
  { bytes, wire, provider, client, showUsage = true, choices = 1 }: Translation,
  cut: Chunking = whole,
): Promise<Translated> {
  const frames = readers[wire](cut(bytes), { maxFrameBytes: 32 << 20 });
  const encoder = client.encoder({
    request: requestOf(client.name, showUsage),
    requestId: 'req_1',
    id: 'ours-1',
    model: 'our-model',
    created: 1_700_000_000,
  });
  const events: StreamEvent[] = [];
  const pieces: Uint8Array[] = [];
  const take = (event: StreamEvent) => {
    events.push(event);
    for (const frame of encoder.write(event)) pieces.push(Buffer.from(client.write(frame)));
  };
  try {
    const context = { id: 'ours-1', model: 'our-model', passthrough: provider.name === client.name, choices };
    for await (const event of flattened(provider.decode(frames, context))) take(event);
  } catch (thrown) {
    take({ type: 'error', error: toSluiceError(thrown) });
  }
  return { events, pieces, bytes: Buffer.concat(pieces) };
}

/** A client request in this dialect. Only the dialect matters. */
export function requestOf(dialect: string, showUsage: boolean): ModelRequest {
  return {
    dialect,
    body: {},
    model: 'our-model',
    stream: true,
    messages: [],
    parameters: {},
    spelling: {},
    unknown: [],
    showUsage,
  };
}
