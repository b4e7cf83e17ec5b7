import type { Block, StreamEvent } from '../../stream/events.ts';
import type { JsonObject } from '../../stream/json.ts';
import type { Frame } from '../../wire/frame.ts';
import type { EncodeOptions, Encoder } from '../dialect.ts';
import { objectIn, textIn } from '../members.ts';
import { withNative } from '../native.ts';
import { pieces } from '../pieces.ts';
import { errorBody } from './errors.ts';
import { stopReason } from './stop-reason.ts';
import { usageToWire } from './usage.ts';

const ping: Frame = { event: 'ping', data: '{"type":"ping"}' };

/**
 * Events as a Messages stream: message_start, blocks in turn, message_delta, message_stop; or an error and nothing
 * after it. What only the vocabulary or another dialect knows (images made by the model, the work of another
 * provider) is left out, and the blocks that are written stay numbered without a gap.
 */
export function encoder(options: EncodeOptions): Encoder {
  return new MessagesEncoder(options);
}

class MessagesEncoder implements Encoder {
  readonly #options: EncodeOptions;
  #blocks = 0;
  /** The open block is one that this dialect can show. */
  #shown = false;
  #refused = false;

  constructor(options: EncodeOptions) {
    this.#options = options;
  }

  /** A ping opens nothing that `message_start` would open again. */
  open(): Iterable<Frame> {
    return [ping];
  }

  heartbeat(): Iterable<Frame> {
    return [ping];
  }

  *write(event: StreamEvent): Generator<Frame> {
    switch (event.type) {
      case 'start':
        yield frame(startMessage(event, this.#options));
        break;
      case 'block-start': {
        const block = contentBlock(event.block, event.native);
        this.#shown = block !== undefined;
        if (!block) break;
        this.#refused ||= event.block.kind === 'text' && event.block.refusal === true;
        yield frame(withNative({ type: 'content_block_start', index: this.#blocks, content_block: block }, event.native));
        this.#blocks++;
        break;
      }
      case 'text-delta':
        yield* this.#pieces('text_delta', 'text', event.text, event.native);
        break;
      case 'reasoning-delta':
        yield* this.#pieces('thinking_delta', 'thinking', event.text, event.native);
        break;
      case 'tool-delta':
        yield* this.#pieces('input_json_delta', 'partial_json', event.json, event.native);
        break;
      case 'signature-delta':
        // Whole, however long: the official client takes the last one for all of it.
        if (this.#shown) yield this.#delta({ type: 'signature_delta', signature: event.signature }, event.native);
        break;
      case 'citation-delta':
        if (this.#shown && event.native) yield this.#delta({ type: 'citations_delta' }, event.native);
        break;
      case 'provider-delta':
        if (this.#shown && event.native) yield this.#delta({}, event.native);
        break;
      case 'block-end':
        if (this.#shown) yield frame({ type: 'content_block_stop', index: this.#index });
        this.#shown = false;
        break;
      case 'extra':
        if (event.native) yield* this.#extra(event.native);
        break;
      case 'finish':
        yield frame(stopMessage(event, this.#refused));
        yield frame(withNative({ type: 'message_stop' }, objectIn(event.native?.message_stop)));
        break;
      case 'error':
        yield frame(errorBody(event.error, this.#options.requestId));
    }
  }

  get #index(): number {
    return this.#blocks - 1;
  }

  *#pieces(type: string, member: string, text: string, native: JsonObject | undefined): Generator<Frame> {
    if (!this.#shown) return;
    if (native) {
      for (const piece of pieces(text)) yield this.#delta({ type, [member]: piece }, native);
      return;
    }
    // By far the most frequent frames: one JSON.stringify of the text inside constant parts.
    const before = `{"type":"content_block_delta","index":${this.#index},"delta":{"type":"${type}","${member}":`;
    for (const piece of pieces(text)) yield { event: 'content_block_delta', data: `${before}${JSON.stringify(piece)}}}` };
  }

  #delta(delta: JsonObject, native: JsonObject | undefined): Frame {
    return frame(withNative({ type: 'content_block_delta', index: this.#index, delta }, native));
  }

  /** A frame of a provider of this dialect that we know nothing of; a delta belongs to the open block. */
  *#extra(payload: JsonObject): Generator<Frame> {
    if (payload.index === undefined) yield frame(payload);
    else if (this.#shown) yield frame({ ...payload, index: this.#index });
  }
}

/** The message as it opens. Every client reads the counts, so what nobody gave is 0; the real ones come at the end. */
export function startMessage(event: Extract<StreamEvent, { type: 'start' }>, options: EncodeOptions): JsonObject {
  const message: JsonObject = {
    id: event.id || options.id,
    type: 'message',
    role: 'assistant',
    model: event.model || options.model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { input_tokens: 0, ...usageToWire(event.usage ?? {}) },
  };
  return withNative({ type: 'message_start', message }, event.native);
}

export function stopMessage(event: Extract<StreamEvent, { type: 'finish' }>, refused: boolean): JsonObject {
  // OpenAI's `stop` after a refusal: there the content says it, here the reason does.
  const reason = refused && event.reason === 'stop' ? 'refusal' : event.reason;
  const delta = { stop_reason: stopReason(reason, event.rawReason), stop_sequence: null };
  const said = { type: 'message_delta', delta, usage: usageToWire(event.usage) };
  return withNative(said, objectIn(event.native?.message_delta));
}

/** A block as it opens; nothing for one that this dialect cannot show. */
export function contentBlock(block: Block, native: JsonObject | undefined): JsonObject | undefined {
  switch (block.kind) {
    case 'text':
      return { type: 'text', text: '' };
    case 'reasoning':
      return { type: 'thinking', thinking: '', signature: '' };
    case 'redacted-reasoning':
      return { type: 'redacted_thinking', data: block.data };
    case 'tool':
      return { type: 'tool_use', id: block.id, name: block.name, input: {} };
    case 'provider':
      return native?.content_block ? objectIn(native.content_block) : undefined;
    case 'image':
      return undefined;
  }
}

function frame(payload: JsonObject): Frame {
  return { event: textIn(payload.type), data: JSON.stringify(payload) };
}
