/** A base URL as paths are put behind it: without the `/v1` and the slashes that some clients want at its end. */
export function bareUrl(url: string): string {
  let end = url.length;
  while (url[end - 1] === '/') end--;
  const bare = url.slice(0, end);
  return bare.endsWith('/v1') ? bareUrl(bare.slice(0, -3)) : bare;
}
