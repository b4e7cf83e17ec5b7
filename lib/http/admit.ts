import { authenticate, type KeyRecord } from '../access/keys.ts';
import { requireLoopback } from '../access/loopback.ts';
import type { Sluice } from '../sluice.ts';

/** Who is asking. `read` gives the body as it was sent, for those who sign it; the others are decided before it is read. */
export type Admit = (sluice: Sluice, request: Request, read: () => Promise<Uint8Array>) => KeyRecord | Promise<KeyRecord>;

const everyone: KeyRecord = { id: 'loopback', sha256: '', models: ['*'] };

/** Who is asking; before anything of the body is read. Throws `invalid_api_key` or `origin_not_allowed`. */
export function admit(sluice: Sluice, request: Request): KeyRecord {
  if (sluice.keys) return authenticate(request.headers, sluice.keys);
  requireLoopback(request);
  return everyone;
}
