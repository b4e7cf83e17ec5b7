import { objectIn, objectsIn, textIn } from '../../dialects/members.ts';
import type { FinishReason, Usage } from '../../stream/events.ts';
import type { JsonObject } from '../../stream/json.ts';
import type { AnswerEvent } from '../gathered.ts';
import type { Decoder } from './decoder.ts';
import { OpenBlock } from './open-block.ts';
import { reasonOf, sumOf, usageOf } from './words.ts';

/** OpenAI's chat completions; of several choices the first. */
export class ChatDecoder implements Decoder {
  readonly #block = new OpenBlock();
  #started = false;
  #refused = false;
  #redacted = 0;
  #stop: string | undefined;
  #usage: Usage = {};

  *read(chunk: JsonObject | undefined): Generator<AnswerEvent> {
    if (!chunk) {
      if (this.#stop !== undefined) yield* this.#finish(this.#stop);
      return;
    }
    this.#count(objectIn(chunk.usage));
    for (const choice of objectsIn(chunk.choices)) {
      if (choice.index !== 0) continue;
      const stop = textIn(choice.finish_reason);
      // A chunk that fills silence has not yet the answer's own id.
      const says = choice.text || stop || Object.keys(objectIn(choice.delta)).length > 0;
      if (!this.#started && says) {
        this.#started = true;
        yield { type: 'start', id: textIn(chunk.id), model: textIn(chunk.model) };
      }
      yield* this.#delta(choice);
      this.#stop = stop || this.#stop;
    }
  }

  #count(usage: JsonObject): void {
    const { prompt_tokens: input, completion_tokens: completion, total_tokens: total } = usage;
    const { cached_tokens: cacheRead, cache_write_tokens: cacheWrite } = objectIn(usage.prompt_tokens_details);
    const { reasoning_tokens: reasoning } = objectIn(usage.completion_tokens_details);
    // xAI's own counts, which go out as they came, have the reasoning apart; only its total tells.
    const output = sumOf(completion, reasoning);
    const apart = output !== undefined && sumOf(input, output) === total;
    this.#usage = {
      ...this.#usage,
      ...usageOf({ input, output: apart ? output : completion, cacheRead, cacheWrite, reasoning }),
    };
  }

  *#delta({ delta: wire, text: completion }: JsonObject): Generator<AnswerEvent> {
    const block = this.#block;
    const delta = objectIn(wire);
    const reasoning = textIn(delta.reasoning_content) || textIn(delta.reasoning);
    if (reasoning) yield* block.enter('reasoning', { kind: 'reasoning' });
    yield* block.reasoning(reasoning);
    for (const detail of objectsIn(delta.reasoning_details)) yield* this.#detail(detail);
    // Text completions say it beside the delta that they do not have.
    const text = textIn(delta.content) || textIn(completion);
    if (text) yield* block.enter('text', { kind: 'text' });
    yield* block.text(text);
    const refusal = textIn(delta.refusal);
    this.#refused ||= refusal !== '';
    if (refusal) yield* block.enter('refusal', { kind: 'text', refusal: true });
    yield* block.text(refusal);
    for (const { url_citation } of objectsIn(delta.annotations)) {
      const { url, title, content } = objectIn(url_citation);
      yield* block.enter('text', { kind: 'text' });
      yield* block.citation(textIn(url), textIn(title), textIn(content));
    }
    for (const { index, id, function: called } of objectsIn(delta.tool_calls))
      yield* this.#tool(String(index), id, objectIn(called));
    // A call in the form of 2023, for a request in that form.
    if (delta.function_call) yield* this.#tool('only', '', objectIn(delta.function_call));
  }

  *#tool(index: string, id: JsonObject[string], { name, arguments: json }: JsonObject): Generator<AnswerEvent> {
    yield* this.#block.enter(`tool ${index}`, { kind: 'tool', id: textIn(id), name: textIn(name) });
    yield* this.#block.tool(textIn(json));
  }

  /** OpenRouter's form of what OpenAI has no word for: signatures, and reasoning that only the model can read. */
  *#detail({ signature, data }: JsonObject): Generator<AnswerEvent> {
    if (textIn(data))
      yield* this.#block.whole(`redacted ${this.#redacted++}`, { kind: 'redacted-reasoning', data: textIn(data) });
    if (!textIn(signature)) return;
    yield* this.#block.enter('reasoning', { kind: 'reasoning' });
    yield* this.#block.signature(textIn(signature));
  }

  *#finish(rawReason: string): Generator<AnswerEvent> {
    yield* this.#block.leave();
    const word = reasonOf(rawReason);
    const reason: FinishReason = word === 'stop' && this.#refused ? 'refusal' : word;
    yield { type: 'finish', reason, rawReason, usage: this.#usage };
  }
}
