import { lenientObject, lenientObjects, lenientText } from '../../dialects/lenient-fields.ts';
import type { Block } from '../../stream/events.ts';
import type { JsonObject } from '../../stream/json.ts';
import type { DecodedEvent } from '../accumulator.ts';
import type { Context, Decoder } from './decoder.ts';
import { OpenBlock } from './open-block.ts';
import { reasonOf, sumOf, usageOf } from './words.ts';

/** Bedrock's ConverseStream. Text and reasoning begin with their first delta. The counts follow the stop. */
export class ConverseDecoder implements Decoder {
  readonly #context: Context;
  readonly #block = new OpenBlock();
  #imageFormat = '';
  #stop = '';

  /** Converse sends neither an id nor a model. */
  constructor(context: Context) {
    this.#context = context;
  }

  *read(payload: JsonObject = {}, event: string | undefined): Generator<DecodedEvent> {
    const key = String(payload.contentBlockIndex);
    switch (event) {
      case 'messageStart':
        yield { type: 'start', ...this.#context };
        break;
      case 'contentBlockStart':
        yield* this.#start(key, lenientObject(payload.start));
        break;
      case 'contentBlockDelta':
        yield* this.#delta(key, lenientObject(payload.delta));
        break;
      case 'contentBlockStop':
        yield* this.#block.leave();
        break;
      case 'messageStop':
        this.#stop = lenientText(payload.stopReason);
        break;
      case 'metadata':
        if (this.#stop !== '') yield* this.#finish(lenientObject(payload.usage));
    }
  }

  /** A call, an image whose bytes follow, or Bedrock's own work. */
  *#start(key: string, start: JsonObject): Generator<DecodedEvent> {
    const [kind = ''] = Object.keys(start);
    const { type, toolUseId, name, format } = lenientObject(start[kind]);
    this.#imageFormat = lenientText(format);
    if (kind === 'image') return;
    const called = kind === 'toolUse' && type !== 'server_tool_use';
    const block: Block = called
      ? { kind: 'tool', id: lenientText(toolUseId), name: lenientText(name) }
      : { kind: 'provider', name: kind };
    yield* this.#block.enter(key, block);
  }

  *#delta(key: string, { text, reasoningContent, toolUse, citation, image }: JsonObject): Generator<DecodedEvent> {
    const block = this.#block;
    if (typeof text === 'string') {
      yield* block.enter(key, { kind: 'text' });
      yield* block.text(text);
    }
    const reasoning = lenientObject(reasoningContent);
    const data = lenientText(reasoning.redactedContent);
    if (data) yield* block.whole(key, { kind: 'redacted-reasoning', data });
    else if (reasoningContent) {
      yield* block.enter(key, { kind: 'reasoning' });
      yield* block.reasoning(lenientText(reasoning.text));
      yield* block.signature(lenientText(reasoning.signature));
    }
    yield* block.tool(lenientText(lenientObject(toolUse).input));
    if (citation) {
      const { title, location, sourceContent } = lenientObject(citation);
      const quoted = lenientObjects(sourceContent).map((source) => lenientText(source.text));
      yield* block.enter(key, { kind: 'text' });
      yield* block.citation(lenientText(lenientObject(lenientObject(location).web).url), lenientText(title), quoted.join(''));
    }
    const bytes = lenientText(lenientObject(lenientObject(image).source).bytes);
    if (bytes) yield* block.whole(key, { kind: 'image', mediaType: `image/${this.#imageFormat}`, data: bytes });
  }

  *#finish(wire: JsonObject): Generator<DecodedEvent> {
    yield* this.#block.leave();
    const { inputTokens, outputTokens: output, cacheReadInputTokens: cacheRead, cacheWriteInputTokens: cacheWrite } = wire;
    const usage = usageOf({ input: sumOf(inputTokens, cacheRead, cacheWrite), output, cacheRead, cacheWrite });
    yield { type: 'finish', reason: reasonOf(this.#stop), rawReason: this.#stop, usage };
  }
}
