/** The ids by which the client and the systems in front of Sluice know this request. */
export interface ClientIds {
  /** The trace id of the request, from `traceparent` (W3C Trace Context). */
  readonly traceId?: string;
  /** The AWS X-Ray trace. A function URL adds it to every request. */
  readonly xrayTraceId?: string;
  /** The client's own `x-request-id`. */
  readonly clientRequestId?: string;
  /** The Claude Code session. */
  readonly sessionId?: string;
}

/** A header and the only accepted format. These values go into the log, and anyone can send them. */
const carriers: readonly (readonly [name: keyof ClientIds, header: string, form: RegExp])[] = [
  ['traceId', 'traceparent', /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/],
  ['xrayTraceId', 'x-amzn-trace-id', /(?:^|;)Root=(1-[0-9a-f]{8}-[0-9a-f]{24})(?:;|$)/],
  ['clientRequestId', 'x-request-id', /^([\w-]{1,64})$/],
  ['sessionId', 'x-claude-code-session-id', /^([\w-]{1,64})$/],
];

/** The ids in these headers that have the right format. Ignores the others. */
export function clientIds(headers: Headers): ClientIds {
  const ids: { -readonly [Name in keyof ClientIds]: ClientIds[Name] } = {};
  for (const [name, header, form] of carriers) {
    const id = form.exec(headers.get(header) ?? '')?.[1];
    if (id !== undefined) ids[name] = id;
  }
  return ids;
}
