import type { FinishReason, Usage } from '../../../lib/stream/events.ts';
import type { JsonObject } from '../../../lib/stream/json.ts';
import { plainEvents } from './plain-sse.ts';
import {
  type ChoiceOf,
  countsOf,
  listOf,
  nothing,
  objectOf,
  parsed,
  sumOf,
  type ToolDraft,
  type Truth,
  textOf,
  toolOf,
} from './truth.ts';

const reasons: Record<string, FinishReason> = {
  stop: 'stop',
  length: 'length',
  tool_calls: 'tool-call',
  function_call: 'tool-call',
  content_filter: 'content-filter',
  // Together's older models.
  eos: 'stop',
};

/**
 * A stream of chat completion chunks, as OpenAI and everyone who copied it sends them; one choice of it, else the first.
 * It is complete when all requested choices have finished.
 */
export function openaiChatTruth(bytes: Uint8Array, { wanted = 0, asked = 1 }: ChoiceOf = {}): Truth {
  const truth = nothing();
  const drafts = new Map<number, ToolDraft>();
  const finished = new Map<number, boolean>();

  for (const { event, data } of plainEvents(bytes)) {
    if (data === '[DONE]') break;
    const chunk = unwrapped(objectOf(parsed(data)));
    if (event === 'stray' || event === 'error' || chunk.error || chunk.object === 'error') {
      truth.error = { message: messageOf(chunk) };
      break;
    }
    if (chunk.usage) truth.usage = usageOf(objectOf(chunk.usage));
    else if (objectOf(chunk.x_groq).usage) truth.usage = usageOf(objectOf(objectOf(chunk.x_groq).usage));

    for (const choice of listOf(chunk.choices)) {
      const index = typeof choice.index === 'number' ? choice.index : 0;
      const raw = textOf(choice.finish_reason);
      finished.set(index, finished.get(index) || raw !== '');
      if (index !== wanted) continue;
      addDelta(truth, drafts, objectOf(choice.delta));
      if (choice.usage) truth.usage = usageOf(objectOf(choice.usage));
      if (raw && truth.finish.raw === undefined) truth.finish = { raw, reason: reasons[raw] ?? 'other' };
    }
  }

  truth.tools = [...drafts.values()].map(toolOf);
  // OpenAI sends `stop` after a refusal, and many others send it after tool calls.
  if (truth.finish.reason === 'stop' && truth.refusal) truth.finish.reason = 'refusal';
  if (truth.finish.reason === 'stop' && truth.tools.length > 0) truth.finish.reason = 'tool-call';
  truth.complete = !truth.error && finished.size >= asked && [...finished.values()].every(Boolean);
  return truth;
}

function addDelta(truth: Truth, drafts: Map<number, ToolDraft>, delta: JsonObject): void {
  truth.text += textOf(delta.content);
  const details = listOf(delta.reasoning_details);
  const detailed = details.map((detail) => textOf(detail.text) || textOf(detail.summary)).join('');
  truth.reasoning += textOf(delta.reasoning_content) || textOf(delta.reasoning) || detailed;
  truth.signatures.push(...details.map(({ signature }) => textOf(signature)).filter(Boolean));
  truth.redacted.push(...details.map(({ data }) => textOf(data)).filter(Boolean));
  // Mistral's reasoning models send content as a list of parts.
  for (const part of listOf(delta.content)) {
    if (part.type === 'text') truth.text += textOf(part.text);
    for (const thought of listOf(part.thinking)) truth.reasoning += textOf(thought.text);
  }
  if (textOf(delta.refusal)) truth.refusal = (truth.refusal ?? '') + textOf(delta.refusal);
  for (const call of [...listOf(delta.tool_calls), ...(delta.function_call ? [{ function: delta.function_call }] : [])]) {
    const index = typeof call.index === 'number' ? call.index : indexById(drafts, textOf(call.id));
    const draft = drafts.get(index) ?? { name: '', json: '' };
    drafts.set(index, draft);
    const { name, arguments: json } = objectOf(call.function);
    draft.id ||= textOf(call.id);
    if (textOf(name) !== draft.name) draft.name += textOf(name);
    // Ollama's and some others' arguments are an object, not text.
    draft.json += typeof json === 'object' && json !== null ? JSON.stringify(json) : textOf(json);
  }
}

/** Mistral left the index out: a new id is the next call, no id is more of the last one. */
function indexById(drafts: Map<number, ToolDraft>, id: string): number {
  for (const [index, draft] of drafts) if (id && draft.id === id) return index;
  return id || drafts.size === 0 ? drafts.size : drafts.size - 1;
}

function usageOf(usage: JsonObject): Usage {
  const prompt = objectOf(usage.prompt_tokens_details);
  const reasoning = objectOf(usage.completion_tokens_details).reasoning_tokens;
  // xAI counts reasoning beside the completion; its total tells.
  const apart = sumOf(usage.prompt_tokens, usage.completion_tokens, reasoning) === usage.total_tokens;
  return countsOf({
    input: usage.prompt_tokens,
    output: apart ? sumOf(usage.completion_tokens, reasoning) : usage.completion_tokens,
    cacheRead: prompt.cached_tokens ?? usage.prompt_cache_hit_tokens,
    cacheWrite: prompt.cache_write_tokens,
    reasoning,
  });
}

/** Prediction Guard's own client wraps each chunk in `data`. */
function unwrapped(chunk: JsonObject): JsonObject {
  return Object.keys(chunk).join() === 'data' ? objectOf(chunk.data) : chunk;
}

function messageOf(chunk: JsonObject): string {
  return textOf(chunk.error) || textOf(objectOf(chunk.error).message) || textOf(chunk.message);
}
