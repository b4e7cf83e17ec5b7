import type { Block, Citation, StreamEvent } from '../../stream/events.ts';
import type { JsonObject } from '../../stream/json.ts';
import type { Frame } from '../../wire/frame.ts';
import { exceptionFrame } from '../bedrock/errors.ts';
import type { EncodeOptions, Encoder } from '../dialect.ts';
import { lenientObject, lenientText } from '../lenient-fields.ts';
import { LoneSignature } from '../lone-signature.ts';
import { lookup } from '../lookup.ts';
import { withPassthrough } from '../passthrough.ts';
import { pieces } from '../split-text.ts';
import { portableToolId } from '../tool-id.ts';
import { stopReason } from './stop-reason.ts';
import { usageToWire } from './usage.ts';
import { imageFormats } from './wire.ts';

/**
 * Events as a ConverseStream response: messageStart, blocks in order, messageStop, metadata, or an exception and
 * nothing after it. As with Bedrock itself, text and reasoning begin with their first delta, and only other blocks
 * are announced.
 *
 * There is no heartbeat, because every event of this API has a meaning. So nothing opens a stream early either. The
 * SDKs can then still report a failure as one of the request, and retry a throttled one.
 */
export function encoder({ elapsedMs }: EncodeOptions): Encoder {
  return new ConverseEncoder(elapsedMs);
}

class ConverseEncoder implements Encoder {
  /** The index of the last written block. */
  #index = -1;
  /** True once a frame of the open block has been written. */
  #begun = false;
  #refused = false;
  readonly #loneSignature = new LoneSignature();
  readonly #elapsedMs: EncodeOptions['elapsedMs'];

  constructor(elapsedMs: EncodeOptions['elapsedMs']) {
    this.#elapsedMs = elapsedMs;
  }

  open(): Iterable<Frame> {
    return [];
  }

  heartbeat(): Iterable<Frame> {
    return [];
  }

  write(event: StreamEvent): Frame[] {
    const events = this.#loneSignature.take(event);
    return events.length === 1 ? this.#write(event) : events.flatMap((each) => this.#write(each));
  }

  #write(event: StreamEvent): Frame[] {
    switch (event.type) {
      case 'start':
        return [frame('messageStart', withPassthrough({ role: 'assistant' }, event.passthrough))];
      case 'block-start':
        return this.#start(event.block, event.passthrough);
      case 'text-delta':
        return this.#pieces('{"text":', '}', event.text, (text) => ({ text }), event.passthrough);
      case 'reasoning-delta': {
        const delta = (text: string) => ({ reasoningContent: { text } });
        return this.#pieces('{"reasoningContent":{"text":', '}}', event.text, delta, event.passthrough);
      }
      case 'tool-delta': {
        const delta = (input: string) => ({ toolUse: { input } });
        return this.#pieces('{"toolUse":{"input":', '}}', event.json, delta, event.passthrough);
      }
      case 'signature-delta':
        return [this.#delta({ reasoningContent: { signature: event.signature } }, event.passthrough)];
      case 'citation-delta':
        return [this.#delta(event.passthrough ? {} : { citation: citationToWire(event.citation) }, event.passthrough)];
      case 'provider-delta':
        return event.passthrough ? [this.#delta({}, event.passthrough)] : [];
      case 'block-end':
        return this.#end(event.passthrough);
      case 'extra':
        return event.passthrough
          ? [this.#extra(lenientText(event.passthrough.event), lenientObject(event.passthrough.payload))]
          : [];
      case 'finish':
        return [frame('messageStop', messageStop(event, this.#refused)), frame('metadata', metadata(event, this.#elapsedMs?.()))];
      case 'error':
        return [exceptionFrame(event.error)];
    }
  }

  #start(block: Block, passthrough: JsonObject | undefined): Frame[] {
    this.#refused ||= block.kind === 'text' && block.refusal === true;
    if (block.kind === 'redacted-reasoning' && isBase64(block.data))
      return [this.#delta({ reasoningContent: { redactedContent: block.data } }, passthrough)];
    const start = blockStart(block, passthrough);
    if (!start) return [];
    const started = frame('contentBlockStart', withPassthrough({ contentBlockIndex: this.#begin(), start }, passthrough));
    return block.kind === 'image' ? [started, this.#delta({ image: { source: { bytes: block.data } } }, undefined)] : [started];
  }

  #end(passthrough: JsonObject | undefined): Frame[] {
    const begun = this.#begun;
    this.#begun = false;
    return begun ? [frame('contentBlockStop', withPassthrough({ contentBlockIndex: this.#index }, passthrough))] : [];
  }

  /** The index of the open block, which is assigned with its first frame. */
  #begin(): number {
    if (!this.#begun) this.#index++;
    this.#begun = true;
    return this.#index;
  }

  #pieces(
    before: string,
    after: string,
    text: string,
    delta: (text: string) => JsonObject,
    passthrough: JsonObject | undefined,
  ): Frame[] {
    if (passthrough) return pieces(text).map((piece) => this.#delta(delta(piece), passthrough));
    // By far the most frequent frames: one JSON.stringify of the text inside constant parts.
    const start = `{"contentBlockIndex":${this.#begin()},"delta":${before}`;
    return pieces(text).map((piece) => ({ event: 'contentBlockDelta', data: `${start}${JSON.stringify(piece)}${after}}` }));
  }

  #delta(delta: JsonObject, passthrough: JsonObject | undefined): Frame {
    return frame('contentBlockDelta', withPassthrough({ contentBlockIndex: this.#begin(), delta }, passthrough));
  }

  /** An unknown Bedrock frame. A frame of a block belongs to the open one. */
  #extra(event: string, payload: JsonObject): Frame {
    return frame(event, payload.contentBlockIndex === undefined ? payload : { ...payload, contentBlockIndex: this.#begin() });
  }
}

/** The announcement of a block. Undefined if it has none or this dialect can't show it. */
function blockStart(block: Block, passthrough: JsonObject | undefined): JsonObject | undefined {
  switch (block.kind) {
    case 'tool':
      return { toolUse: { toolUseId: portableToolId(block.id), name: block.name } };
    case 'image': {
      const format = lookup(imageFormats, block.mediaType);
      return format ? { image: { format } } : undefined;
    }
    case 'provider':
      return passthrough?.start ? {} : undefined;
    default:
      return undefined;
  }
}

/** Also the members of a whole response. */
export function messageStop(event: Extract<StreamEvent, { type: 'finish' }>, refused: boolean): JsonObject {
  // OpenAI's `stop` after a refusal. There the content shows the refusal, here the stop reason does.
  const reason = refused && event.reason === 'stop' ? 'refusal' : event.reason;
  return withPassthrough({ stopReason: stopReason(reason, event.rawReason) }, lenientObject(event.passthrough?.messageStop));
}

/** Every client reads the counts and the latency, so unknown ones are 0. Bedrock's own latency goes first. */
export function metadata({ usage, passthrough }: Extract<StreamEvent, { type: 'finish' }>, latencyMs = 0): JsonObject {
  return withPassthrough({ usage: usageToWire(usage), metrics: { latencyMs } }, lenientObject(passthrough?.metadata));
}

export function citationToWire({ url, title, text }: Citation): JsonObject {
  return {
    ...(title && { title }),
    ...(text && { sourceContent: [{ text }] }),
    ...(url && { location: { web: { url } } }),
  };
}

/** Opaque reasoning is bytes here. Another provider's opaque text has no such form and would break the SDKs. */
export function isBase64(data: string): boolean {
  return data.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(data);
}

function frame(event: string, payload: JsonObject): Frame {
  return { event, data: JSON.stringify(payload) };
}
