import { authenticateKey, carriesKey, type KeyRecord } from '../access/keys.ts';
import { requireLoopback } from '../access/loopback.ts';
import type { Sluice } from '../app/sluice.ts';
import type { Host } from './host.ts';

/**
 * Finds out who the client is. `read` returns the raw body, for clients that sign it. All other clients are checked
 * before the body is read.
 */
export type Authenticate = (
  sluice: Sluice,
  request: Request,
  host: Host | undefined,
  read: () => Promise<Uint8Array>,
) => Promise<KeyRecord>;

const everyone: KeyRecord = { id: 'loopback', sha256: '', models: ['*'] };

/**
 * Authenticates the client by its key, before anything of the body is read. Throws `invalid_api_key`,
 * `keys_unavailable` or `origin_not_allowed`.
 */
export async function authenticate(sluice: Sluice, request: Request, host: Host | undefined): Promise<KeyRecord> {
  const known = identityFromHost(sluice, host);
  if (known && !carriesKey(request.headers)) return known;
  if (sluice.keys) return authenticateKey(request.headers, sluice.keys, { waitUntil: host?.waitUntil });
  requireLoopback(request, sluice.cors);
  return everyone;
}

/**
 * The client that the host authenticated. `undefined` unless the operator left authentication to the host
 * (`stack.auth`: "iam").
 */
export function identityFromHost({ auth }: Sluice, host: Host | undefined): KeyRecord | undefined {
  if (auth !== 'iam' || !host?.principal) return undefined;
  return { id: host.principal, sha256: '', models: ['*'] };
}
