/** Under which names the caller and what stands before us know this request. */
export interface CallerIds {
  /** The trace that the request belongs to, of `traceparent` (W3C Trace Context). */
  readonly traceId?: string;
  /** The trace of AWS X-Ray, which a function URL puts into every request. */
  readonly xrayTraceId?: string;
  /** The caller's own `x-request-id`. */
  readonly clientRequestId?: string;
  /** The session of Claude Code. */
  readonly sessionId?: string;
}

/** A header, and the only form in which it is believed: these values go into the log, and anyone may send them. */
const carriers: readonly (readonly [name: keyof CallerIds, header: string, form: RegExp])[] = [
  ['traceId', 'traceparent', /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/],
  ['xrayTraceId', 'x-amzn-trace-id', /(?:^|;)Root=(1-[0-9a-f]{8}-[0-9a-f]{24})(?:;|$)/],
  ['clientRequestId', 'x-request-id', /^([\w-]{1,64})$/],
  ['sessionId', 'x-claude-code-session-id', /^([\w-]{1,64})$/],
];

/** The ids in these headers that are of the right form; the others as if they were not there. */
export function callerIds(headers: Headers): CallerIds {
  const ids: { -readonly [Name in keyof CallerIds]: CallerIds[Name] } = {};
  for (const [name, header, form] of carriers) {
    const id = form.exec(headers.get(header) ?? '')?.[1];
    if (id !== undefined) ids[name] = id;
  }
  return ids;
}
