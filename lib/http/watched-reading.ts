import type { StreamsSettings } from '../streams/durable-streams.ts';
import { publicId } from '../streams/stream-id.ts';
import type { StreamHead } from '../streams/stream-log.ts';
import type { DurableEntry } from '../telemetry/access-entry.ts';
import type { RequestContext } from './request-context.ts';

/** The settings for reading a stream. What happens meanwhile is kept for the access log of the request. */
export function watchedReading(
  settings: StreamsSettings,
  head: StreamHead,
  role: DurableEntry['role'],
  { known }: RequestContext,
): StreamsSettings & { readonly onLost: () => void } {
  const seen = { isLost: false, isDegraded: false };
  known.durable = { id: publicId(head), role, isLost: () => seen.isLost, isDegraded: () => seen.isDegraded };
  return {
    ...settings,
    onLost() {
      seen.isLost = true;
    },
    onFailure(cause) {
      seen.isDegraded = true;
      settings.onFailure(cause);
    },
  };
}
