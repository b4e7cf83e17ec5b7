import type { DialectName, RawEvent } from '../../../../lib/client/index.ts';

/** A durable stream to continue, and the events that already arrived. */
export interface Resume {
  readonly streamId: string;
  readonly events: readonly RawEvent[];
}

const streamPath = (id: string) => `/v1/streams/${encodeURIComponent(id)}`;

/** The events of Bedrock's binary frames can't be written again from what the client shows of them. */
export function canResume(dialect: DialectName): boolean {
  return dialect !== 'converse';
}

/** Cancels a durable stream, which otherwise runs on without a client. */
export async function cancelStream(streamId: string, apiKey: string): Promise<void> {
  const headers: Record<string, string> = apiKey ? { authorization: `Bearer ${apiKey}` } : {};
  // It may have ended in the meantime.
  await fetch(streamPath(streamId), { method: 'DELETE', headers }).catch(() => {});
}

/**
 * A `fetch` that reads the rest of a durable stream instead of sending the request again. Its body starts with the events
 * that already arrived, so a decoder can follow.
 */
export function resumingFetch({ streamId, events }: Resume): typeof fetch {
  return async (_url, { headers, signal } = {}) => {
    const response = await fetch(`${streamPath(streamId)}?after=${events.length - 1}`, {
      ...(headers && { headers }),
      ...(signal && { signal }),
    });
    if (!response.ok) return response;
    const known = new TextEncoder().encode(events.map(written).join(''));
    const body = new ReadableStream<Uint8Array>({
      async start(controller) {
        controller.enqueue(known);
        try {
          for await (const piece of response.body ?? []) controller.enqueue(piece);
          controller.close();
        } catch (error) {
          controller.error(error);
        }
      },
    });
    return new Response(body, { headers: { 'content-type': 'text/event-stream', ...Object.fromEntries(response.headers) } });
  };
}

function written({ event, data }: RawEvent): string {
  return `${event === undefined ? '' : `event: ${event}\n`}data: ${data}\n\n`;
}
