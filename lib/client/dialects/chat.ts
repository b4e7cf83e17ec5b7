import { lenientObject, lenientObjects, lenientText } from '../../dialects/lenient-fields.ts';
import type { FinishReason, Usage } from '../../stream/events.ts';
import type { JsonObject } from '../../stream/json.ts';
import type { DecodedEvent } from '../accumulator.ts';
import type { Decoder } from './decoder.ts';
import { OpenBlock } from './open-block.ts';
import { reasonOf, sumOf, usageOf } from './words.ts';

/** OpenAI's chat completions. Uses the first of several choices. */
export class ChatDecoder implements Decoder {
  readonly #block = new OpenBlock();
  #started = false;
  #refused = false;
  #redacted = 0;
  #stop: string | undefined;
  #usage: Usage = {};

  *read(chunk: JsonObject | undefined): Generator<DecodedEvent> {
    if (!chunk) {
      if (this.#stop !== undefined) yield* this.#finish(this.#stop);
      return;
    }
    this.#count(lenientObject(chunk.usage));
    for (const choice of lenientObjects(chunk.choices)) {
      if (choice.index !== 0) continue;
      const stop = lenientText(choice.finish_reason);
      // A heartbeat chunk may not have the final id of the answer yet.
      const hasContent = choice.text || stop || Object.keys(lenientObject(choice.delta)).length > 0;
      if (!this.#started && hasContent) {
        this.#started = true;
        yield { type: 'start', id: lenientText(chunk.id), model: lenientText(chunk.model) };
      }
      yield* this.#delta(choice);
      this.#stop = stop || this.#stop;
    }
  }

  #count(usage: JsonObject): void {
    const { prompt_tokens: input, completion_tokens: completion, total_tokens: total } = usage;
    const { cached_tokens: cacheRead, cache_write_tokens: cacheWrite } = lenientObject(usage.prompt_tokens_details);
    const { reasoning_tokens: reasoning } = lenientObject(usage.completion_tokens_details);
    // xAI's own counts pass unchanged and exclude reasoning from the completion. Only the total includes it.
    const output = sumOf(completion, reasoning);
    const apart = output !== undefined && sumOf(input, output) === total;
    this.#usage = {
      ...this.#usage,
      ...usageOf({ input, output: apart ? output : completion, cacheRead, cacheWrite, reasoning }),
    };
  }

  *#delta({ delta: wire, text: completion }: JsonObject): Generator<DecodedEvent> {
    const block = this.#block;
    const delta = lenientObject(wire);
    const reasoning = lenientText(delta.reasoning_content) || lenientText(delta.reasoning);
    if (reasoning) yield* block.enter('reasoning', { kind: 'reasoning' });
    yield* block.reasoning(reasoning);
    for (const detail of lenientObjects(delta.reasoning_details)) yield* this.#detail(detail);
    // Text completions have it next to the delta, which they lack.
    const text = lenientText(delta.content) || lenientText(completion);
    if (text) yield* block.enter('text', { kind: 'text' });
    yield* block.text(text);
    const refusal = lenientText(delta.refusal);
    this.#refused ||= refusal !== '';
    if (refusal) yield* block.enter('refusal', { kind: 'text', refusal: true });
    yield* block.text(refusal);
    for (const { url_citation } of lenientObjects(delta.annotations)) {
      const { url, title, content } = lenientObject(url_citation);
      yield* block.enter('text', { kind: 'text' });
      yield* block.citation(lenientText(url), lenientText(title), lenientText(content));
    }
    for (const { index, id, function: called } of lenientObjects(delta.tool_calls))
      yield* this.#tool(String(index), id, lenientObject(called));
    // A call in the format of 2023, for a request in that format.
    if (delta.function_call) yield* this.#tool('only', '', lenientObject(delta.function_call));
  }

  *#tool(index: string, id: JsonObject[string], { name, arguments: json }: JsonObject): Generator<DecodedEvent> {
    yield* this.#block.enter(`tool ${index}`, { kind: 'tool', id: lenientText(id), name: lenientText(name) });
    yield* this.#block.tool(lenientText(json));
  }

  /** OpenRouter's format for data that OpenAI doesn't have: signatures and opaque reasoning. */
  *#detail({ signature, data }: JsonObject): Generator<DecodedEvent> {
    if (lenientText(data))
      yield* this.#block.whole(`redacted ${this.#redacted++}`, { kind: 'redacted-reasoning', data: lenientText(data) });
    if (!lenientText(signature)) return;
    yield* this.#block.enter('reasoning', { kind: 'reasoning' });
    yield* this.#block.signature(lenientText(signature));
  }

  *#finish(rawReason: string): Generator<DecodedEvent> {
    yield* this.#block.leave();
    const mapped = reasonOf(rawReason);
    const reason: FinishReason = mapped === 'stop' && this.#refused ? 'refusal' : mapped;
    yield { type: 'finish', reason, rawReason, usage: this.#usage };
  }
}
