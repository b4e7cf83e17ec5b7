import { authenticateKey, carriesKey, type KeyRecord } from '../access/keys.ts';
import { requireLoopback } from '../access/loopback.ts';
import type { Sluice } from '../app/sluice.ts';
import type { Host } from './host.ts';

/** Who is asking. `read` gives the body as it was sent, for those who sign it; the others are decided before it is read. */
export type Authenticate = (
  sluice: Sluice,
  request: Request,
  host: Host | undefined,
  read: () => Promise<Uint8Array>,
) => KeyRecord | Promise<KeyRecord>;

const everyone: KeyRecord = { id: 'loopback', sha256: '', models: ['*'] };

/** Who is asking; before anything of the body is read. Throws `invalid_api_key` or `origin_not_allowed`. */
export function authenticate(sluice: Sluice, request: Request, host: Host | undefined): KeyRecord {
  const known = identityFromHost(sluice, host);
  if (known && !carriesKey(request.headers)) return known;
  if (sluice.keys) return authenticateKey(request.headers, sluice.keys);
  requireLoopback(request, sluice.cors);
  return everyone;
}

/** The caller that the host has let in; nobody unless the operator has left that to the host (`stack.auth`: "iam"). */
export function identityFromHost({ auth }: Sluice, host: Host | undefined): KeyRecord | undefined {
  if (auth !== 'iam' || !host?.caller) return undefined;
  return { id: host.caller, sha256: '', models: ['*'] };
}
