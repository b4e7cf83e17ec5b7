/** True if this host name, as written in a URL or by a socket, is the machine itself. */
export function isLoopbackAddress(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '::1' || hostname === '[::1]' || /^127\./.test(hostname);
}
