/**
 * The path as the routes expect it, `/v1/…`, for any base URL of a client: with, without or with a doubled `/v1`,
 * under `/api`, under Azure's `/openai/v1`, with `//` or a trailing `/`. The root stays `/`.
 */
export function canonicalPath(request: Request): string {
  const path = new URL(request.url).pathname.replace(/\/{2,}/g, '/').replace(/\/$/, '');
  const rest = path.replace(/^\/(?:api(?=\/|$)|openai(?=\/v1(?:\/|$)))/, '').replace(/^(\/v1)+(?=\/|$)/, '');
  return rest === '' ? '/' : `/v1${rest}`;
}
