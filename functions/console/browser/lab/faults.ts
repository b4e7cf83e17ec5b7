/** A provider's behavior, and what Sluice makes of it. */
export interface Fault {
  /** The embedded model with this behavior. */
  readonly model: string;
  readonly label: string;
  /** What the provider does. */
  readonly does: string;
  /** What the client gets. */
  readonly expect: string;
}

export interface FaultGroup {
  readonly title: string;
  readonly about: string;
  readonly faults: readonly Fault[];
}

/** The faults of the embedded providers, grouped by when they happen. */
export const faultGroups: readonly FaultGroup[] = [
  {
    title: 'Breaks after it began',
    about: 'Text is on screen already. No retry can hide the fault, so the stream ends in an error, never in a finish.',
    faults: [
      {
        model: 'cut@8',
        label: 'Cut',
        does: 'The connection breaks after eight pieces.',
        expect: 'An upstream_cut error. The text stays, and nobody takes it for a whole answer.',
      },
      {
        model: 'eof@8',
        label: 'Ends without finish',
        does: 'The body ends cleanly after eight pieces, with no finish reason.',
        expect: 'An error all the same: only the provider can finish an answer.',
      },
      {
        model: 'error@8',
        label: 'Error in the stream',
        does: 'The provider reports a failure after eight pieces.',
        expect: "The provider's error, in the client's dialect.",
      },
      {
        model: 'garbage@8',
        label: 'Malformed event',
        does: 'One event is not JSON.',
        expect: 'An upstream_protocol_error. The event is neither forwarded nor skipped.',
      },
      {
        model: 'stall@8',
        label: 'Stall',
        does: 'Silence after eight pieces, with the connection open.',
        expect: 'Heartbeats keep the client waiting, then upstream_stalled at the idle limit.',
      },
    ],
  },
  {
    title: 'Fails before the first token',
    about: 'Nothing was sent yet. Sluice retries once where that helps, then answers with a real HTTP status.',
    faults: [
      {
        model: 'status-429@2',
        label: 'Rate limit',
        does: 'HTTP 429 with a Retry-After of two seconds.',
        expect: 'A retry after two seconds, then a 429 with Retry-After.',
      },
      {
        model: 'status-503',
        label: 'Overloaded',
        does: 'HTTP 503.',
        expect: 'Two attempts, then a 503. See the attempts below.',
      },
      { model: 'status-401', label: 'Key refused', does: 'HTTP 401.', expect: "A 502 that blames the gateway's key, not yours." },
      {
        model: 'html',
        label: 'Web page',
        does: 'HTTP 200 with HTML instead of a stream.',
        expect: 'A 502: a web page is no answer.',
      },
      { model: 'empty', label: 'Empty body', does: 'HTTP 200 and nothing else.', expect: 'A 502, upstream_empty.' },
      {
        model: 'silent',
        label: 'Never answers',
        does: 'Accepts the request and sends nothing.',
        expect: 'Heartbeats after ten seconds, then a timeout.',
      },
    ],
  },
  {
    title: 'Unusual, and fine',
    about: 'These are legal, and clients often break on them.',
    faults: [
      { model: 'slow', label: 'Slow', does: 'A token every 0.4 s.', expect: 'No timeout while tokens arrive.' },
      {
        model: 'reasoning',
        label: 'Reasoning',
        does: 'Sends its reasoning before the answer.',
        expect: 'A block of its own, in every dialect that has one.',
      },
      {
        model: 'no-done',
        label: 'No terminator',
        does: 'Finishes without [DONE] or another terminator.',
        expect: 'A finish, because the finish reason arrived.',
      },
      {
        model: 'huge',
        label: 'One huge event',
        does: 'The whole answer in one event of 1 MiB.',
        expect: 'Split at code points into small chunks.',
      },
    ],
  },
];

/** The embedded providers that have these models. */
export const demoProviders = ['openai', 'anthropic', 'bedrock', 'gemini'] as const;

export const faultyModel = (provider: string, { model }: Fault) => `demo/${provider}/${model}`;
