import { expectAnswer } from './request-case.ts';
import type { ClientRequest, StrictLab } from './strict-lab.ts';

/** What became of a request that its client's own provider accepts. */
export type Verdict =
  | { readonly is: 'answered' }
  /** Sluice refused it before any provider was called. */
  | { readonly is: 'refused'; readonly message: string }
  /** The model doesn't support the request, and the provider reports that. */
  | { readonly is: 'incapable' }
  /** The provider rejected the client's own order of turns, which Sluice doesn't change within one dialect. */
  | { readonly is: 'passed on' }
  /** The provider refused what Sluice made of it, or the answer is broken. */
  | { readonly is: 'fault'; readonly what: string };

/** How providers say that a model lacks an ability: no spelling of the request would help. */
const lacks = [
  "doesn't support tool use\\.",
  "doesn't support the image content block",
  "doesn't support documents",
  'unknown variant `(image_url|file)`',
];
const incapable = new RegExp(lacks.join('|'));

/**
 * Where turns stand is the client's own business where it speaks the server's dialect: its messages go on as they came,
 * and so do the server's words about their order.
 */
const aboutOrder = /must be at the beginning|Expected last role|should alternate|Last message must have role/;

export async function judge(lab: StrictLab, request: ClientRequest, stream: boolean): Promise<Verdict> {
  const outcome = await lab.send(request, stream);
  const message = /"message":"((?:[^"\\]|\\.)*)"/.exec(outcome.text)?.[1] ?? outcome.text;
  if (outcome.status === 400 && outcome.sent.length === 0) return { is: 'refused', message };
  if (outcome.status === 400 && incapable.test(message)) return { is: 'incapable' };
  if (request.client === 'chat' && outcome.status === 400 && aboutOrder.test(message)) return { is: 'passed on' };
  try {
    expectAnswer(outcome);
    return { is: 'answered' };
  } catch {
    return { is: 'fault', what: `${outcome.status} ${message.slice(0, 400)}` };
  }
}
