/** One click each: what a provider may do, and what a person should see Sluice make of it. */
export const misbehaviours: readonly { readonly label: string; readonly model: string; readonly shows: string }[] = [
  { label: 'slow', model: 'slow', shows: 'A token every 0.4 s: no deadline strikes while it goes on.' },
  { label: 'cut', model: 'cut@8', shows: 'The connection breaks after eight pieces: upstream_cut, not a finish.' },
  { label: 'end without finish', model: 'eof@8', shows: 'The answer ends politely, unfinished: an error all the same.' },
  { label: 'stall', model: 'stall@8', shows: 'Silence after eight pieces: heartbeats, then upstream_stalled. Stop means stop.' },
  { label: 'error', model: 'error@8', shows: 'The provider reports a failure inside its stream.' },
  { label: 'garbage', model: 'garbage@8', shows: 'A malformed event is neither handed on nor skipped.' },
  { label: 'rate limit', model: 'status-429@2', shows: 'A 429 before the first byte, with when to come again.' },
  { label: 'overloaded', model: 'status-503', shows: 'A 503, asked twice: see the attempts.' },
  { label: 'web page', model: 'html', shows: 'HTTP 200 with HTML instead of a stream.' },
  { label: 'reasoning', model: 'reasoning', shows: 'Thinking as a block of its own.' },
];

/** The embedded model that misbehaves so, at the embedded provider that the model chosen belongs to. */
export function misbehavingModel(chosen: string, misbehaviour: string): string {
  const provider = /^demo\/([a-z]+)\//.exec(chosen)?.[1] ?? 'openai';
  return `demo/${provider}/${misbehaviour}`;
}
