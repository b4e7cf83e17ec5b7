import { isDeepStrictEqual } from 'node:util';
import { check } from '../support/checker/check.ts';
import { objectOf, parsed, type Truth } from '../support/truth/truth.ts';
import { type Feature, type FeatureClient, formatMember, pixel, questions, toolName } from './clients.ts';
import type { AskedProvider, Lab } from './lab.ts';

/** What became of a feature between a client and a provider. */
export type Cell =
  | { readonly is: 'carried'; readonly less?: string }
  /** A 400 before the upstream request, which names this field of the client's. */
  | { readonly is: 'refused'; readonly field: string }
  /** The provider's own 400, since the request has the client's dialect and fields. */
  | { readonly is: 'refused by the provider' }
  /** A hint that was left out, and named in `x-sluice-dropped`. */
  | { readonly is: 'dropped'; readonly field: string }
  /** The client's dialect has no way to ask for it, or to show it. */
  | { readonly is: 'unsayable' }
  /** Anything else, without a notice. */
  | { readonly is: 'lost'; readonly what: string };

/** Asks a provider for a feature, and looks at what it was sent and at what came out. */
export async function tryFeature(lab: Lab, client: FeatureClient, provider: AskedProvider, feature: Feature): Promise<Cell> {
  const asked = client.asks[feature];
  if (!asked) return { is: 'unsayable' };
  const lost = (what: string): Cell => ({ is: 'lost', what });
  const before = lab.last();
  const body = { ...client.body(provider.model, questions[feature]), ...asked };
  const answer = await lab.served.post(client.path(provider.model), body);
  const bytes = new Uint8Array(await answer.arrayBuffer());
  const call = lab.last();
  if (answer.status !== 200) {
    const [, field = ''] = /`([^`]+)`/.exec(Buffer.from(bytes).toString()) ?? [];
    if (answer.status === 400 && call === before && isOf(asked, field)) return { is: 'refused', field };
    if (answer.status === 400 && call !== before && call?.path === client.path(provider.model.split('/')[1] ?? ''))
      return { is: 'refused by the provider' };
    return lost(`${answer.status}: ${Buffer.from(bytes)}`);
  }
  if (!call || call === before) return lost('no upstream request was sent');
  const { truth, violations } = check(client.dialect, bytes, { showUsage: client.showUsage ?? false, expectError: false });
  if (violations.length > 0) return lost(violations.join('; '));
  const { truth: said } = await lab.truth(call);
  const dropped = (answer.headers.get('x-sluice-dropped') ?? '').split(', ').find((field) => isOf(asked, field));
  const sent = JSON.stringify(call.body ?? {});
  if (!wasAsked[feature](sent, said))
    return dropped ? { is: 'dropped', field: dropped } : lost(`the upstream request does not have it: ${sent}`);
  // These dialects would show Gemini's signature at the end of its answer as an empty block.
  const leavesOutLast = said.loneSignature && /messages|invoke|converse/.test(client.dialect);
  const shown = leavesOutLast ? { ...said, signatures: said.signatures.slice(0, -1) } : said;
  if (!wasShown[feature](truth, shown)) return lost(`the response does not show it: ${Buffer.from(bytes)}`);
  return { is: 'carried', ...(dropped && { less: dropped }) };
}

/** Is this field one of those that request the feature? */
function isOf(asked: object, field: string): boolean {
  return Object.hasOwn(asked, field.split(/[.[]/, 1)[0] ?? '');
}

/** Did the provider receive the request for it? Shown by what it received, or by what it did only on request. */
const wasAsked: Readonly<Record<Feature, (sent: string, said: Truth) => boolean>> = {
  text: (sent) => sent.includes(questions.text),
  tools: (sent) => sent.includes(toolName) && sent.includes('fahrenheit'),
  reasoning: (_sent, said) => said.reasoning !== '' || said.signatures.length > 0 || said.redacted.length > 0,
  images: (sent, said) => sent.includes(pixel) && said.text.includes('You attached one file'),
  'structured output': (sent) => sent.includes(formatMember),
  usage: (_sent, said) => said.usage.input !== undefined && said.usage.output !== undefined,
};

/** Did the client receive it as the provider sent it? */
const wasShown: Readonly<Record<Feature, (seen: Truth, said: Truth) => boolean>> = {
  text: (seen, said) => said.text !== '' && seen.text === said.text,
  tools: (seen, said) =>
    said.tools.length === 1 &&
    seen.finish.reason === 'tool-call' &&
    isDeepStrictEqual(seen.tools.map(call), said.tools.map(call)),
  reasoning: (seen, said) =>
    seen.text === said.text &&
    seen.reasoning === said.reasoning &&
    isDeepStrictEqual([...seen.signatures, ...seen.redacted].map(unmarked), [...said.signatures, ...said.redacted]),
  images: (seen, said) => seen.text === said.text,
  'structured output': (seen, said) => seen.text === said.text && Object.hasOwn(objectOf(parsed(seen.text)), formatMember),
  usage: (seen, said) => seen.usage.input === said.usage.input && seen.usage.output === said.usage.output,
};

/** A client receives another vendor's signature with the vendor's name as its prefix. */
function unmarked(opaque: string): string {
  return opaque.replace(/^sluice\/+[a-z]+\//, '');
}

/** A call without its id, which is another one each time. */
function call({ name, arguments: given }: Truth['tools'][number]) {
  return { name, given };
}
