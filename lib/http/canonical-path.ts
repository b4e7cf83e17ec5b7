/**
 * The path as routes know it, `/v1/…`, whatever base URL the client was given: with or without `/v1`, doubled, under
 * `/api`, with `//` or a trailing `/`. The root stays `/`.
 */
export function canonicalPath(request: Request): string {
  const path = new URL(request.url).pathname.replace(/\/{2,}/g, '/').replace(/\/$/, '');
  const rest = path.replace(/^\/api(?=\/|$)/, '').replace(/^(\/v1)+(?=\/|$)/, '');
  return rest === '' ? '/' : `/v1${rest}`;
}
