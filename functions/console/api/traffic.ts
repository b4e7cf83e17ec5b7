import type { KeyRecord } from '../../../lib/access/keys.ts';
import { parseJsonObject } from '../../../lib/stream/json.ts';
import type { TrafficEntry, TrafficPage } from './types.ts';

/** The number of stored requests. */
const kept = 200;

/** The last requests of this process, from the access log, for the console's Traffic view. */
export interface Traffic {
  /** Stores a line of the access log. Ignores any other line. */
  take(line: string): void;
  /** The requests after `after` that this key may see. */
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

/** Clients list models often, and a successful listing helps no one debug. */
function isListing({ route, outcome }: Omit<TrafficEntry, 'seq'>): boolean {
  return outcome === 'ok' && (route ?? '').startsWith('/v1/models');
}

/** A key for every model sees all requests. A narrower key sees only its own. */
function maySee(key: KeyRecord, entry: TrafficEntry): boolean {
  return key.models.includes('*') || entry.key_id === key.id;
}
