import { SluiceError } from '../stream/errors.ts';

const loopbackHost = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i;

/**
 * Protects a server without keys. Only programs on this machine may use it, and no page of another origin except
 * those that the operator allows. Throws `origin_not_allowed` for a `Host` that is not loopback (a name rebound to
 * 127.0.0.1) or for a foreign `Origin`.
 */
export function requireLoopback(request: Request, origins: readonly string[] = []): void {
  const host = request.headers.get('host') ?? new URL(request.url).host;
  const origin = request.headers.get('origin');
  if (!loopbackHost.test(host)) {
    throw new SluiceError(
      'origin_not_allowed',
      'This server has no API keys, so it only answers requests to a loopback host name. Set SLUICE_KEYS to serve other hosts.',
    );
  }
  if (origin !== null && !origins.includes(origin) && !loopbackHost.test(origin.replace(/^https?:\/\//, ''))) {
    throw new SluiceError(
      'origin_not_allowed',
      'This server has no API keys, so it rejects requests from other origins. Add the origin to `cors` in the configuration, or set SLUICE_KEYS.',
    );
  }
}
