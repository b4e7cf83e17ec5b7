/** Is this host name, as a URL or a socket spells it, the machine itself? */
export function isLoopbackAddress(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '::1' || hostname === '[::1]' || /^127\./.test(hostname);
}
