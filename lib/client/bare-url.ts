/** A base URL without the `/v1` and the trailing slashes that some clients need, so that paths can be appended. */
export function bareUrl(url: string): string {
  let end = url.length;
  while (url[end - 1] === '/') end--;
  const bare = url.slice(0, end);
  return bare.endsWith('/v1') ? bareUrl(bare.slice(0, -3)) : bare;
}
