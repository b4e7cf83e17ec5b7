import type { Block, StreamEvent } from '../../stream/events.ts';
import type { JsonObject } from '../../stream/json.ts';
import type { Frame } from '../../wire/frame.ts';
import type { EncodeOptions, Encoder } from '../dialect.ts';
import { lenientObject, lenientText } from '../lenient-fields.ts';
import { LoneSignature } from '../lone-signature.ts';
import { withPassthrough } from '../passthrough.ts';
import { pieces } from '../split-text.ts';
import { portableToolId } from '../tool-id.ts';
import { errorBody } from './errors.ts';
import { stopReason } from './stop-reason.ts';
import { usageToWire } from './usage.ts';

type DeltaEvent = Extract<StreamEvent, { type: `${string}-delta` }>;

const ping: Frame = { event: 'ping', data: '{"type":"ping"}' };

/**
 * Events as a Messages stream: message_start, blocks in order, message_delta, message_stop, or an error and nothing
 * after it. Leaves out content without a form in this dialect (images from the model, the work of another provider).
 * The indices of the written blocks have no gaps.
 */
export function encoder(options: EncodeOptions): Encoder {
  return new MessagesEncoder(options);
}

class MessagesEncoder implements Encoder {
  readonly #options: EncodeOptions;
  #blocks = 0;
  /** True if this dialect can show the open block. */
  #shown = false;
  #refused = false;
  readonly #loneSignature = new LoneSignature();

  constructor(options: EncodeOptions) {
    this.#options = options;
  }

  /** A ping, which doesn't repeat anything of `message_start`. */
  open(): Iterable<Frame> {
    return [ping];
  }

  heartbeat(): Iterable<Frame> {
    return [ping];
  }

  write(event: StreamEvent): Frame[] {
    const events = this.#loneSignature.take(event);
    return events.length === 1 ? this.#write(event) : events.flatMap((each) => this.#write(each));
  }

  #write(event: StreamEvent): Frame[] {
    switch (event.type) {
      case 'start':
        return [frame(startMessage(event, this.#options))];
      case 'block-start':
        return this.#start(event.block, event.passthrough);
      case 'block-end':
        return this.#end();
      case 'extra':
        return event.passthrough ? this.#extra(event.passthrough) : [];
      case 'finish':
        return [
          frame(stopMessage(event, this.#refused)),
          frame(withPassthrough({ type: 'message_stop' }, lenientObject(event.passthrough?.message_stop))),
        ];
      case 'error':
        return [frame(errorBody(event.error, this.#options.requestId))];
      default:
        return this.#shown ? this.#inBlock(event) : [];
    }
  }

  #start(block: Block, passthrough: JsonObject | undefined): Frame[] {
    const content = contentBlock(block, passthrough);
    this.#shown = content !== undefined;
    if (!content) return [];
    this.#refused ||= block.kind === 'text' && block.refusal === true;
    return [frame(withPassthrough({ type: 'content_block_start', index: this.#blocks++, content_block: content }, passthrough))];
  }

  #end(): Frame[] {
    const shown = this.#shown;
    this.#shown = false;
    return shown ? [frame({ type: 'content_block_stop', index: this.#index })] : [];
  }

  /** A delta of the open block, if that is shown. */
  #inBlock(event: DeltaEvent): Frame[] {
    switch (event.type) {
      case 'text-delta':
        return this.#pieces('text_delta', 'text', event.text, event.passthrough);
      case 'reasoning-delta':
        return this.#pieces('thinking_delta', 'thinking', event.text, event.passthrough);
      case 'tool-delta':
        return this.#pieces('input_json_delta', 'partial_json', event.json, event.passthrough);
      case 'signature-delta':
        // Never split, because the official client uses only the last one.
        return [this.#delta({ type: 'signature_delta', signature: event.signature }, event.passthrough)];
      case 'citation-delta':
        return event.passthrough ? [this.#delta({ type: 'citations_delta' }, event.passthrough)] : [];
      case 'provider-delta':
        return event.passthrough ? [this.#delta({}, event.passthrough)] : [];
    }
  }

  get #index(): number {
    return this.#blocks - 1;
  }

  #pieces(type: string, member: string, text: string, passthrough: JsonObject | undefined): Frame[] {
    if (passthrough) return pieces(text).map((piece) => this.#delta({ type, [member]: piece }, passthrough));
    // By far the most frequent frames: one JSON.stringify of the text inside constant parts.
    const before = `{"type":"content_block_delta","index":${this.#index},"delta":{"type":"${type}","${member}":`;
    return pieces(text).map((piece) => ({ event: 'content_block_delta', data: `${before}${JSON.stringify(piece)}}}` }));
  }

  #delta(delta: JsonObject, passthrough: JsonObject | undefined): Frame {
    return frame(withPassthrough({ type: 'content_block_delta', index: this.#index, delta }, passthrough));
  }

  /** An unknown frame of a provider of this dialect. A delta belongs to the open block. */
  #extra(payload: JsonObject): Frame[] {
    if (payload.index === undefined) return [frame(payload)];
    return this.#shown ? [frame({ ...payload, index: this.#index })] : [];
  }
}

/** The message at its start. Every client reads the counts, so unknown ones are 0. The real ones follow at the end. */
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
  return withPassthrough({ type: 'message_start', message }, event.passthrough);
}

export function stopMessage(event: Extract<StreamEvent, { type: 'finish' }>, refused: boolean): JsonObject {
  // OpenAI's `stop` after a refusal. There the content shows the refusal, here the stop reason does.
  const reason = refused && event.reason === 'stop' ? 'refusal' : event.reason;
  const delta = { stop_reason: stopReason(reason, event.rawReason), stop_sequence: null };
  const messageDelta = { type: 'message_delta', delta, usage: usageToWire(event.usage) };
  return withPassthrough(messageDelta, lenientObject(event.passthrough?.message_delta));
}

/** A block at its start. Undefined if this dialect can't show it. */
export function contentBlock(block: Block, passthrough: JsonObject | undefined): JsonObject | undefined {
  switch (block.kind) {
    case 'text':
      return { type: 'text', text: '' };
    case 'reasoning':
      return { type: 'thinking', thinking: '', signature: '' };
    case 'redacted-reasoning':
      return { type: 'redacted_thinking', data: block.data };
    case 'tool':
      return { type: 'tool_use', id: portableToolId(block.id), name: block.name, input: {} };
    case 'provider':
      return passthrough?.content_block ? lenientObject(passthrough.content_block) : undefined;
    case 'image':
      return undefined;
  }
}

function frame(payload: JsonObject): Frame {
  return { event: lenientText(payload.type), data: JSON.stringify(payload) };
}
