import { authenticateKey } from '../access/keys.ts';
import { claimedKeyId, verifySigV4 } from '../access/sigv4.ts';
import { SluiceError } from '../stream/errors.ts';
import { type Authenticate, authenticate, identityFromHost } from './authenticate.ts';

/** The maximum clock difference of a client, in milliseconds, as on AWS. */
const maxSkewMs = 5 * 60_000;

/**
 * Authenticates like `authenticate`, and also accepts AWS Signature Version 4 with a Sluice key as both access key id
 * and secret access key. The id is checked like any key, before the body is read. Then the signature is verified with
 * the id, so the server only needs key digests. Throws `invalid_api_key` for a bad or expired signature.
 */
export const authenticateSigV4: Authenticate = async (sluice, request, host, read) => {
  const keyId = claimedKeyId(request.headers.get('authorization') ?? '');
  // The host has already verified this signature. It doesn't use one of our keys.
  if (!sluice.keys || keyId === undefined || identityFromHost(sluice, host)) return authenticate(sluice, request, host);
  const record = await authenticateKey(request.headers, sluice.keys, { signer: keyId, waitUntil: host?.waitUntil });
  const { host: authority, pathname, search } = new URL(request.url);
  const verdict = verifySigV4(
    {
      method: request.method,
      path: pathname,
      query: search.slice(1),
      // HTTP/2 has no host header.
      headers: { host: authority, ...Object.fromEntries(request.headers) },
      body: await read(),
    },
    { secretFor: (id) => id, now: Date.now(), maxSkewMs },
  );
  if ('refusal' in verdict) throw new SluiceError('invalid_api_key', verdict.refusal.message);
  return record;
};
