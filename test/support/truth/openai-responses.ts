import type { FinishReason } from '../../../lib/stream/events.ts';
import { plainEvents } from './plain-sse.ts';
import { countsOf, nothing, objectOf, parsed, type ToolDraft, type Truth, textOf, toolOf } from './truth.ts';

const incompleteReasons: Record<string, FinishReason> = { max_output_tokens: 'length', content_filter: 'content-filter' };

/** A stream of OpenAI's Responses API. What the provider does by itself (searches, code) is no tool call. */
export function openaiResponsesTruth(bytes: Uint8Array): Truth {
  const truth = nothing();
  const drafts = new Map<unknown, ToolDraft>();
  const said = new Set<string>();

  for (const { data } of plainEvents(bytes)) {
    const event = objectOf(parsed(data));
    const type = textOf(event.type).replace(/^response\./, '');
    // An item's id may change between events; its place does not.
    const place = [type.split('.')[0], event.output_index, event.content_index].join();
    const item = objectOf(event.item);
    const draft = drafts.get(event.output_index);
    if (type.endsWith('.delta')) said.add(place);

    if (type === 'output_text.delta') truth.text += textOf(event.delta);
    if (type === 'output_text.done' && !said.has(place)) truth.text += textOf(event.text);
    if (type === 'reasoning_text.delta' || type === 'reasoning_summary_text.delta') truth.reasoning += textOf(event.delta);
    if (type === 'refusal.delta') truth.refusal = (truth.refusal ?? '') + textOf(event.delta);
    if (type === 'output_item.added' && item.type === 'function_call') {
      drafts.set(event.output_index, { id: textOf(item.call_id), name: textOf(item.name), json: '' });
    }
    if (type === 'output_item.done' && item.type === 'reasoning') {
      const thought = [...said].some(
        (known) => known.startsWith('reasoning') && known.split(',')[1] === String(event.output_index),
      );
      addEncrypted(truth, textOf(item.encrypted_content), thought);
    }
    if (type === 'output_item.done' && item.type === 'function_call') {
      drafts.set(event.output_index, { id: textOf(item.call_id), name: textOf(item.name), json: textOf(item.arguments) });
    }
    if (type === 'function_call_arguments.delta' && draft) draft.json += textOf(event.delta);
    if (type === 'function_call_arguments.done' && draft) draft.json = textOf(event.arguments);

    const response = objectOf(event.response);
    if (type === 'error' || type === 'failed') {
      const message = textOf(event.message) || textOf(objectOf(event.error).message) || textOf(objectOf(response.error).message);
      truth.error = { message };
      break;
    }
    if (type === 'completed' || type === 'incomplete') {
      const raw = textOf(objectOf(response.incomplete_details).reason) || type;
      const whole: FinishReason = drafts.size > 0 ? 'tool-call' : 'stop';
      truth.finish = { raw, reason: type === 'completed' ? whole : (incompleteReasons[raw] ?? 'other') };
      const usage = objectOf(response.usage);
      const input = objectOf(usage.input_tokens_details);
      truth.usage = countsOf({
        input: usage.input_tokens,
        output: usage.output_tokens,
        cacheRead: input.cached_tokens,
        cacheWrite: input.cache_write_tokens,
        reasoning: objectOf(usage.output_tokens_details).reasoning_tokens,
      });
      break;
    }
  }

  truth.tools = [...drafts.values()].map(toolOf);
  if (truth.finish.reason === 'stop' && truth.refusal) truth.finish.reason = 'refusal';
  truth.complete = !truth.error && truth.finish.raw !== undefined;
  return truth;
}

/**
 * What only the model can read: the signature of the text there is, else a block by itself. Of other providers it is
 * sealed as `sluice.1.` and base64url of JSON that says which.
 */
function addEncrypted(truth: Truth, encrypted: string, thought: boolean): void {
  if (!encrypted.startsWith('sluice.1.')) {
    if (encrypted) (thought ? truth.signatures : truth.redacted).push(encrypted);
    return;
  }
  const { signature, redacted } = objectOf(parsed(Buffer.from(encrypted.slice('sluice.1.'.length), 'base64url').toString()));
  if (textOf(signature)) truth.signatures.push(textOf(signature));
  if (textOf(redacted)) truth.redacted.push(textOf(redacted));
}
