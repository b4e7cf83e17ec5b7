import { lenientObject, lenientText } from '../../dialects/lenient-fields.ts';
import type { Block, Usage } from '../../stream/events.ts';
import type { Json, JsonObject } from '../../stream/json.ts';
import type { DecodedEvent } from '../accumulator.ts';
import type { Decoder } from './decoder.ts';
import { OpenBlock } from './open-block.ts';
import { reasonOf, sumOf, usageOf } from './words.ts';

/** Anthropic's Messages. */
export class MessagesDecoder implements Decoder {
  readonly #block = new OpenBlock();
  #stop = '';
  #counts: JsonObject = {};

  *read(payload: JsonObject = {}): Generator<DecodedEvent> {
    switch (payload.type) {
      case 'message_start': {
        const message = lenientObject(payload.message);
        this.#counts = lenientObject(message.usage);
        yield { type: 'start', id: lenientText(message.id), model: lenientText(message.model), usage: this.#usage() };
        break;
      }
      case 'content_block_start':
        yield* this.#start(String(payload.index), lenientObject(payload.content_block));
        break;
      case 'content_block_delta':
        yield* this.#delta(lenientObject(payload.delta));
        break;
      case 'content_block_stop':
        yield* this.#block.leave();
        break;
      case 'message_delta':
        this.#stop = lenientText(lenientObject(payload.delta).stop_reason) || this.#stop;
        this.#counts = { ...this.#counts, ...lenientObject(payload.usage) };
        break;
      case 'message_stop':
        if (this.#stop === '') return;
        yield* this.#block.leave();
        yield { type: 'finish', reason: reasonOf(this.#stop), rawReason: this.#stop, usage: this.#usage() };
    }
  }

  *#start(key: string, content: JsonObject): Generator<DecodedEvent> {
    yield* this.#block.enter(key, blockOf(content));
    if (content.type === 'text') yield* this.#block.text(lenientText(content.text));
    if (content.type !== 'thinking') return;
    yield* this.#block.reasoning(lenientText(content.thinking));
    yield* this.#block.signature(lenientText(content.signature));
  }

  *#delta({ type, text, thinking, signature, partial_json, citation }: JsonObject): Generator<DecodedEvent> {
    const textOf = (value: Json | undefined) => lenientText(value);
    if (type === 'text_delta') yield* this.#block.text(textOf(text));
    if (type === 'thinking_delta') yield* this.#block.reasoning(textOf(thinking));
    if (type === 'signature_delta') yield* this.#block.signature(textOf(signature));
    if (type === 'input_json_delta') yield* this.#block.tool(textOf(partial_json));
    if (type === 'citations_delta') {
      const { url, title, document_title, cited_text } = lenientObject(citation);
      yield* this.#block.citation(textOf(url), textOf(title) || textOf(document_title), textOf(cited_text));
    }
  }

  #usage(): Usage {
    const {
      input_tokens,
      output_tokens,
      cache_read_input_tokens: cacheRead,
      cache_creation_input_tokens: cacheWrite,
    } = this.#counts;
    const reasoning = lenientObject(this.#counts.output_tokens_details).thinking_tokens;
    return usageOf({
      input: sumOf(input_tokens, cacheRead, cacheWrite),
      output: output_tokens,
      cacheRead,
      cacheWrite,
      reasoning,
    });
  }
}

function blockOf({ type, id, name, data }: JsonObject): Block {
  switch (type) {
    case 'text':
      return { kind: 'text' };
    case 'thinking':
      return { kind: 'reasoning' };
    case 'redacted_thinking':
      return { kind: 'redacted-reasoning', data: lenientText(data) };
    case 'tool_use':
      return { kind: 'tool', id: lenientText(id), name: lenientText(name) };
    default:
      return { kind: 'provider', name: lenientText(type) };
  }
}
