import { authenticateKey } from '../access/keys.ts';
import { claimedKeyId, verifySigV4 } from '../access/sigv4.ts';
import { SluiceError } from '../stream/errors.ts';
import { type Authenticate, authenticate, identityFromHost } from './authenticate.ts';

/** How far a caller's clock may be away, in milliseconds: AWS allows as much. */
const maxSkewMs = 5 * 60_000;

/**
 * Admits as `authenticate` does, and callers that sign by AWS Signature Version 4 with a key of ours as both key id and
 * secret: the id is decided like any key, before the body is read, and the signature is verified with it, so that only
 * digests of keys are kept here. Throws `invalid_api_key` for a signature that is not right, or not of now.
 */
export const authenticateSigV4: Authenticate = async (sluice, request, host, read) => {
  const keyId = claimedKeyId(request.headers.get('authorization') ?? '');
  // A signature that the host has verified is none of ours.
  if (!sluice.keys || keyId === undefined || identityFromHost(sluice, host)) return authenticate(sluice, request, host);
  const record = authenticateKey(request.headers, sluice.keys, { signer: keyId });
  const { host: authority, pathname, search } = new URL(request.url);
  const verdict = verifySigV4(
    {
      method: request.method,
      path: pathname,
      query: search.slice(1),
      // Over HTTP/2 the host is no header.
      headers: { host: authority, ...Object.fromEntries(request.headers) },
      body: await read(),
    },
    { secretFor: (id) => id, now: Date.now(), maxSkewMs },
  );
  if ('refusal' in verdict) throw new SluiceError('invalid_api_key', verdict.refusal.message);
  return record;
};
