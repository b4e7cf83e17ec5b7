import { SluiceError } from '../stream/errors.ts';

const loopbackHost = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i;

/**
 * Protects a server without keys. Only programs on this machine may use it, and no page of another origin except
 * those that the operator allows. Throws `origin_not_allowed` for a `Host` that is not loopback (a name rebound to
 * 127.0.0.1) or for a foreign `Origin`.
 */
export function requireLoopback(request: Request, origins: readonly string[] = []): void {
  const origin = request.headers.get('origin');
  if (!hasLoopbackHost(request)) {
    throw new SluiceError(
      'origin_not_allowed',
      'This server has no API keys, so it only answers requests to a loopback host name. Set SLUICE_KEYS to serve other hosts.',
    );
  }
  if (origin !== null && !origins.includes(origin) && !isLoopbackOrigin(origin)) {
    throw new SluiceError(
      'origin_not_allowed',
      'This server has no API keys, so it rejects requests from other origins. Add the origin to `cors` in the configuration, or set SLUICE_KEYS.',
    );
  }
}

/** True for a request of a page of this machine, such as http://localhost:5173, to a loopback `Host`. */
export function isLocalPage(request: Request): boolean {
  return isLoopbackOrigin(request.headers.get('origin') ?? '') && hasLoopbackHost(request);
}

function isLoopbackOrigin(origin: string): boolean {
  const [, host] = /^https?:\/\/(.+)$/.exec(origin) ?? [];
  return host !== undefined && loopbackHost.test(host);
}

function hasLoopbackHost(request: Request): boolean {
  return loopbackHost.test(request.headers.get('host') ?? new URL(request.url).host);
}
