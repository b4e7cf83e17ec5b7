import { lenientObject, lenientText } from '../../dialects/lenient-fields.ts';
import type { FinishReason } from '../../stream/events.ts';
import type { JsonObject } from '../../stream/json.ts';
import type { DecodedEvent } from '../accumulator.ts';
import type { Decoder } from './decoder.ts';
import { OpenBlock } from './open-block.ts';
import { reasonOf, usageOf } from './words.ts';

/** OpenAI's Responses: items, whose parts are blocks here. */
export class ResponsesDecoder implements Decoder {
  readonly #block = new OpenBlock();
  #called = false;
  #refused = false;

  *read(payload: JsonObject = {}): Generator<DecodedEvent> {
    const block = this.#block;
    const delta = lenientText(payload.delta);
    const key = `${payload.output_index} ${payload.content_index ?? payload.summary_index}`;
    switch (payload.type) {
      case 'response.created': {
        const { id, model } = lenientObject(payload.response);
        yield { type: 'start', id: lenientText(id), model: lenientText(model) };
        break;
      }
      case 'response.output_item.added':
        yield* this.#begin(key, lenientObject(payload.item));
        break;
      case 'response.output_text.delta':
        yield* block.enter(key, { kind: 'text' });
        yield* block.text(delta);
        break;
      case 'response.refusal.delta':
        this.#refused = true;
        yield* block.enter(key, { kind: 'text', refusal: true });
        yield* block.text(delta);
        break;
      case 'response.reasoning_summary_text.delta':
      case 'response.reasoning_text.delta':
        yield* block.enter(key, { kind: 'reasoning' });
        yield* block.reasoning(delta);
        break;
      case 'response.function_call_arguments.delta':
        yield* block.tool(delta);
        break;
      case 'response.output_text.annotation.added': {
        const { url, title, filename } = lenientObject(payload.annotation);
        yield* block.enter(key, { kind: 'text' });
        yield* block.citation(lenientText(url), lenientText(title) || lenientText(filename));
        break;
      }
      case 'response.output_item.done':
        yield* this.#end(key, lenientObject(payload.item));
        break;
      case 'response.completed':
      case 'response.incomplete':
        yield* this.#finish(lenientObject(payload.response));
    }
  }

  *#begin(key: string, { type, call_id, name }: JsonObject): Generator<DecodedEvent> {
    if (type === 'message' || type === 'reasoning') return;
    const called = type === 'function_call';
    this.#called ||= called;
    // Any other item is the provider's own work.
    const block = called
      ? ({ kind: 'tool', id: lenientText(call_id), name: lenientText(name) } as const)
      : ({ kind: 'provider', name: lenientText(type) } as const);
    yield* this.#block.enter(key, block);
  }

  /** Encrypted reasoning signs the existing text. Without text it is a block of its own. */
  *#end(key: string, { type, encrypted_content }: JsonObject): Generator<DecodedEvent> {
    const data = lenientText(encrypted_content);
    if (this.#block.is('reasoning')) yield* this.#block.signature(data);
    else if (type === 'reasoning' && data) yield* this.#block.enter(key, { kind: 'redacted-reasoning', data });
    yield* this.#block.leave();
  }

  *#finish({ status, incomplete_details, usage: wire }: JsonObject): Generator<DecodedEvent> {
    yield* this.#block.leave();
    const counts = lenientObject(wire);
    const { cached_tokens: cacheRead, cache_write_tokens: cacheWrite } = lenientObject(counts.input_tokens_details);
    const reasoning = lenientObject(counts.output_tokens_details).reasoning_tokens;
    const usage = usageOf({ input: counts.input_tokens, output: counts.output_tokens, cacheRead, cacheWrite, reasoning });
    const whole: FinishReason = this.#called ? 'tool-call' : this.#refused ? 'refusal' : 'stop';
    const rawReason = lenientText(lenientObject(incomplete_details).reason) || lenientText(status);
    yield { type: 'finish', reason: status === 'completed' ? whole : reasonOf(rawReason), rawReason, usage };
  }
}
