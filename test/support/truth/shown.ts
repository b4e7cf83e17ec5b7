import type { FinishReason, Usage } from '../../../lib/stream/events.ts';
import type { CheckedDialect } from '../checker/check.ts';
import type { Truth } from './truth.ts';

/** What a client of this dialect should receive of a truth. Unsupported content has the nearest form. */
export function shown(truth: Truth, dialect: CheckedDialect): Truth {
  return views[dialect](truth);
}

/** Counts as clients read them. A missing one is 0. */
export function counted({ input = 0, output = 0, cacheRead = 0, cacheWrite = 0, reasoning = 0 }: Usage): Required<Usage> {
  return { input, output, cacheRead, cacheWrite, reasoning };
}

const views: Record<CheckedDialect, (truth: Truth) => Truth> = {
  // A model that declines without a refusal of its own: the nearest word is content_filter.
  'openai-chat': (truth) => {
    const declined = truth.finish.reason === 'refusal' && !truth.refusal;
    return declined ? { ...truth, finish: { ...truth.finish, reason: 'content-filter' } } : truth;
  },
  // Text alone; a refusal is text here, and an end by a tool call can only be the end of the text.
  'openai-completions': ({ refusal = '', ...truth }) => {
    const nearest: Partial<Record<FinishReason, FinishReason>> = { refusal: 'content-filter', 'tool-call': 'stop' };
    const reason = nearest[truth.finish.reason] ?? truth.finish.reason;
    const nothingElse = { reasoning: '', signatures: [], redacted: [], tools: [] };
    return { ...truth, ...nothingElse, text: truth.text + refusal, finish: { ...truth.finish, reason } };
  },
  // The same, with one word for what was refused and filtered; there is no usage.
  'anthropic-complete': (truth) => {
    const { finish, ...text } = views['openai-completions'](truth);
    return { ...text, usage: {}, finish: { ...finish, reason: finish.reason === 'content-filter' ? 'refusal' : finish.reason } };
  },
  // A refusal is text, and its stop_reason marks it. A filter has the same stop_reason.
  // A signature at the end of an answer would be an empty thinking block, and Claude Code would print that as the result.
  'anthropic-messages': ({ refusal = '', ...truth }) => {
    const reason = truth.finish.reason === 'content-filter' ? 'refusal' : truth.finish.reason;
    const signatures = truth.loneSignature ? truth.signatures.slice(0, -1) : truth.signatures;
    return { ...truth, signatures, text: truth.text + refusal, finish: { ...truth.finish, reason } };
  },
  // The same, in chunks.
  'bedrock-invoke': (truth) => views['anthropic-messages'](truth),
  // As chat completions.
  'openai-responses': (truth) => views['openai-chat'](truth),
  // The same the other way round; reasoning is counted in the output alone; what only the model can read has to be base64.
  'bedrock-converse': ({ refusal = '', ...truth }) => {
    const declined = truth.finish.reason === 'refusal' || (refusal !== '' && truth.finish.reason === 'stop');
    const reason = declined ? 'content-filter' : truth.finish.reason;
    const { reasoning: _, ...usage } = truth.usage;
    const redacted = truth.redacted.filter((data) => /^[A-Za-z0-9+/]*=*$/.test(data));
    const signatures = truth.loneSignature ? truth.signatures.slice(0, -1) : truth.signatures;
    return { ...truth, signatures, text: truth.text + refusal, finish: { ...truth.finish, reason }, usage, redacted };
  },
};
