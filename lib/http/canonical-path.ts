/** What is removed from the path of a client's base URL, in this order. CloudFront applies the same rules. */
export const pathRules: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  [/\/{2,}/g, '/'],
  [/\/$/, ''],
  // Empower's `/api`, and Azure's `/openai/v1`.
  [/^\/(?:api(?=\/|$)|openai(?=\/v1(?:\/|$)))/, ''],
  [/^(\/v1)+(?=\/|$)/, ''],
];

/**
 * The path as the routes expect it, `/v1/…`, for any base URL of a client: with, without or with a doubled `/v1`,
 * under `/api`, under Azure's `/openai/v1`, with `//` or a trailing `/`. The root stays `/`.
 */
export function canonicalPath(request: Request): string {
  let rest = new URL(request.url).pathname;
  for (const [pattern, replacement] of pathRules) rest = rest.replace(pattern, replacement);
  return rest === '' ? '/' : `/v1${rest}`;
}
