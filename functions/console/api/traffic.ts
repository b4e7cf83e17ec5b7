import type { KeyRecord } from '../../../lib/access/keys.ts';
import { parseJsonObject } from '../../../lib/stream/json.ts';
import type { TrafficEntry, TrafficPage } from './types.ts';

/** The newest so many requests are kept. */
const kept = 200;

/** The last requests of this process, as the access log has them: what the console's Traffic view shows. */
export interface Traffic {
  /** Takes a line of the log; a line that is no request's is none of its business. */
  take(line: string): void;
  /** The requests after `after` that the holder of this key may see. */
  page(key: KeyRecord, after: number): TrafficPage;
}

export function recordTraffic(): Traffic {
  const entries: TrafficEntry[] = [];
  let last = 0;
  return {
    take(line) {
      const fields = accessFieldsIn(line);
      if (!fields || isListing(fields)) return;
      entries.push({ ...fields, seq: ++last });
      if (entries.length > kept) entries.shift();
    },
    page: (key, after) => ({ last, requests: entries.filter((entry) => entry.seq > after && maySee(key, entry)) }),
  };
}

function accessFieldsIn(line: string): Omit<TrafficEntry, 'seq'> | undefined {
  const entry = parseJsonObject(line);
  return entry?.msg === 'access' ? (entry as unknown as Omit<TrafficEntry, 'seq'>) : undefined;
}

/** The console itself lists the models all the time. */
function isListing({ route, outcome }: Omit<TrafficEntry, 'seq'>): boolean {
  return outcome === 'ok' && (route ?? '').startsWith('/v1/models');
}

/** Who may use every model sees every request; the holder of a narrower key sees its own. */
function maySee(key: KeyRecord, entry: TrafficEntry): boolean {
  return key.models.includes('*') || entry.key_id === key.id;
}
