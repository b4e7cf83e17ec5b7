import type { Block, StreamEvent } from '../../stream/events.ts';
import { type Json, type JsonObject, parseJsonObject } from '../../stream/json.ts';
import type { Collector, EncodeOptions } from '../dialect.ts';
import { lenientObject, lenientText } from '../lenient-fields.ts';
import { LoneSignature } from '../lone-signature.ts';
import { lookup } from '../lookup.ts';
import { withPassthrough } from '../passthrough.ts';
import { portableToolId } from '../tool-id.ts';
import { citationToWire, isBase64, messageStop, metadata } from './encode.ts';
import { imageFormats } from './wire.ts';

/** Events as the body of a whole Converse response. */
export function collector({ elapsedMs }: EncodeOptions): Collector {
  return new ConverseCollector(elapsedMs);
}

class ConverseCollector implements Collector {
  readonly #content: JsonObject[] = [];
  #block: OpenBlock | undefined;
  #end: JsonObject = {};
  #refused = false;
  readonly #loneSignature = new LoneSignature();
  readonly #elapsedMs: EncodeOptions['elapsedMs'];

  constructor(elapsedMs: EncodeOptions['elapsedMs']) {
    this.#elapsedMs = elapsedMs;
  }

  write(event: StreamEvent): void {
    for (const each of this.#loneSignature.take(event)) this.#write(each);
  }

  #write(event: StreamEvent): void {
    switch (event.type) {
      case 'block-start':
        this.#refused ||= event.block.kind === 'text' && event.block.refusal === true;
        this.#block = {
          block: event.block,
          text: '',
          signature: '',
          citations: [],
          passthrough: lenientObject(event.passthrough?.start),
          results: [],
        };
        break;
      case 'text-delta':
      case 'reasoning-delta':
        if (this.#block) this.#block.text += event.text;
        break;
      case 'tool-delta':
        if (this.#block) this.#block.text += event.json;
        break;
      case 'signature-delta':
        if (this.#block) this.#block.signature += event.signature;
        break;
      case 'citation-delta':
        this.#block?.citations.push(lenientObject(event.passthrough?.delta).citation ?? citationToWire(event.citation));
        break;
      case 'provider-delta':
        this.#provider(lenientObject(event.passthrough?.delta));
        break;
      case 'block-end': {
        const written = this.#block && wholeBlock(this.#block);
        if (written) this.#content.push(written);
        this.#block = undefined;
        break;
      }
      case 'finish':
        this.#end = { ...messageStop(event, this.#refused), ...metadata(event, this.#elapsedMs?.()) };
    }
  }

  body(): JsonObject {
    return { output: { message: { role: 'assistant', content: this.#content } }, ...this.#end };
  }

  /** Bedrock's own tool use: the arguments of a call are text, its results are lists of blocks. */
  #provider({ toolUse, toolResult }: JsonObject): void {
    if (!this.#block) return;
    this.#block.text += lenientText(lenientObject(toolUse).input);
    if (Array.isArray(toolResult)) this.#block.results.push(...toolResult);
  }
}

interface OpenBlock {
  readonly block: Block;
  /** Text, reasoning or arguments. */
  text: string;
  signature: string;
  readonly citations: Json[];
  /** The start of a Bedrock block, or its members besides a tool's name. */
  readonly passthrough: JsonObject;
  readonly results: Json[];
}

/** The block in a whole response. Undefined if this dialect can't show it. */
function wholeBlock({ block, text, signature, citations, passthrough, results }: OpenBlock): JsonObject | undefined {
  switch (block.kind) {
    case 'text':
      if (citations.length > 0) return { citationsContent: { content: [{ text }], citations } };
      return text === '' ? undefined : { text };
    case 'reasoning':
      return { reasoningContent: { reasoningText: { text, ...(signature && { signature }) } } };
    case 'redacted-reasoning':
      return isBase64(block.data) ? { reasoningContent: { redactedContent: block.data } } : undefined;
    case 'tool':
      return {
        toolUse: withPassthrough(
          { toolUseId: portableToolId(block.id), name: block.name, input: inputOf(text) },
          lenientObject(passthrough.toolUse),
        ),
      };
    case 'image': {
      const format = lookup(imageFormats, block.mediaType);
      return format ? { image: { format, source: { bytes: block.data } } } : undefined;
    }
    case 'provider': {
      const [[kind, start] = []] = Object.entries(passthrough);
      if (kind === undefined) return undefined;
      const members: JsonObject = kind === 'toolUse' ? { input: inputOf(text) } : { content: results };
      return { [kind]: { ...lenientObject(start), ...members } };
    }
  }
}

/**
 * The arguments of a call. Anything that is not a JSON object, because the limit cut the answer, is kept under a name
 * that no tool uses.
 */
function inputOf(json: string): JsonObject {
  return json === '' ? {} : (parseJsonObject(json) ?? { INVALID_JSON: json });
}
