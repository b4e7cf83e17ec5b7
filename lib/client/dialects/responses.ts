import { objectIn, textIn } from '../../dialects/members.ts';
import type { FinishReason } from '../../stream/events.ts';
import type { JsonObject } from '../../stream/json.ts';
import type { AnswerEvent } from '../gathered.ts';
import type { Decoder } from './decoder.ts';
import { OpenBlock } from './open-block.ts';
import { reasonOf, usageOf } from './words.ts';

/** OpenAI's Responses: items, and in them the parts that are blocks here. */
export class ResponsesDecoder implements Decoder {
  readonly #block = new OpenBlock();
  #called = false;
  #refused = false;

  *read(payload: JsonObject = {}): Generator<AnswerEvent> {
    const block = this.#block;
    const delta = textIn(payload.delta);
    const key = `${payload.output_index} ${payload.content_index ?? payload.summary_index}`;
    switch (payload.type) {
      case 'response.created': {
        const { id, model } = objectIn(payload.response);
        yield { type: 'start', id: textIn(id), model: textIn(model) };
        break;
      }
      case 'response.output_item.added':
        yield* this.#begin(key, objectIn(payload.item));
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
        const { url, title, filename } = objectIn(payload.annotation);
        yield* block.enter(key, { kind: 'text' });
        yield* block.citation(textIn(url), textIn(title) || textIn(filename));
        break;
      }
      case 'response.output_item.done':
        yield* this.#end(key, objectIn(payload.item));
        break;
      case 'response.completed':
      case 'response.incomplete':
        yield* this.#finish(objectIn(payload.response));
    }
  }

  *#begin(key: string, { type, call_id, name }: JsonObject): Generator<AnswerEvent> {
    if (type === 'message' || type === 'reasoning') return;
    const called = type === 'function_call';
    this.#called ||= called;
    // What is none of these, the provider does by itself.
    const block = called
      ? ({ kind: 'tool', id: textIn(call_id), name: textIn(name) } as const)
      : ({ kind: 'provider', name: textIn(type) } as const);
    yield* this.#block.enter(key, block);
  }

  /** Encrypted reasoning signs the text that there is; where there is none, it is a block by itself. */
  *#end(key: string, { type, encrypted_content }: JsonObject): Generator<AnswerEvent> {
    const data = textIn(encrypted_content);
    if (this.#block.is('reasoning')) yield* this.#block.signature(data);
    else if (type === 'reasoning' && data) yield* this.#block.enter(key, { kind: 'redacted-reasoning', data });
    yield* this.#block.leave();
  }

  *#finish({ status, incomplete_details, usage: wire }: JsonObject): Generator<AnswerEvent> {
    yield* this.#block.leave();
    const counts = objectIn(wire);
    const { cached_tokens: cacheRead, cache_write_tokens: cacheWrite } = objectIn(counts.input_tokens_details);
    const reasoning = objectIn(counts.output_tokens_details).reasoning_tokens;
    const usage = usageOf({ input: counts.input_tokens, output: counts.output_tokens, cacheRead, cacheWrite, reasoning });
    const whole: FinishReason = this.#called ? 'tool-call' : this.#refused ? 'refusal' : 'stop';
    const rawReason = textIn(objectIn(incomplete_details).reason) || textIn(status);
    yield { type: 'finish', reason: status === 'completed' ? whole : reasonOf(rawReason), rawReason, usage };
  }
}
