import type { StreamEvent } from '../../stream/events.ts';
import { type Json, type JsonObject, parseJsonObject } from '../../stream/json.ts';
import type { Collector, EncodeOptions } from '../dialect.ts';
import { lenientObject, lenientText } from '../lenient-fields.ts';
import { LoneSignature } from '../lone-signature.ts';
import { withPassthrough } from '../passthrough.ts';
import { contentBlock, startMessage, stopMessage } from './encode.ts';

/** Events as one whole Message. */
export function collector(options: EncodeOptions): Collector {
  return new MessageCollector(options);
}

class MessageCollector implements Collector {
  readonly #options: EncodeOptions;
  #message: JsonObject = {};
  readonly #content: JsonObject[] = [];
  /** The open block. Undefined if this dialect can't show it. */
  #block: JsonObject | undefined;
  #citations: Json[] | undefined;
  #json = '';
  #refused = false;
  readonly #loneSignature = new LoneSignature();

  constructor(options: EncodeOptions) {
    this.#options = options;
  }

  write(event: StreamEvent): void {
    for (const each of this.#loneSignature.take(event)) this.#write(each);
  }

  #write(event: StreamEvent): void {
    switch (event.type) {
      case 'start':
        this.#message = lenientObject(startMessage(event, this.#options).message);
        break;
      case 'block-start':
        this.#refused ||= event.block.kind === 'text' && event.block.refusal === true;
        this.#open(contentBlock(event.block, event.passthrough), lenientObject(event.passthrough?.content_block));
        break;
      case 'text-delta':
        this.#append('text', event.text);
        break;
      case 'reasoning-delta':
        this.#append('thinking', event.text);
        break;
      case 'signature-delta':
        this.#append('signature', event.signature);
        break;
      case 'tool-delta':
        this.#json += event.json;
        break;
      case 'citation-delta':
      case 'provider-delta':
        this.#passthroughDelta(lenientObject(event.passthrough?.delta));
        break;
      case 'block-end':
        if (this.#block && this.#json !== '') this.#block.input = inputOf(this.#json);
        this.#block = undefined;
        break;
      case 'finish': {
        const { delta, usage, type: _, ...more } = stopMessage(event, this.#refused);
        this.#message = withPassthrough(this.#message, { ...more, ...lenientObject(delta), usage: lenientObject(usage) });
      }
    }
  }

  body(): JsonObject {
    return { ...this.#message, content: this.#content };
  }

  #open(block: JsonObject | undefined, passthrough: JsonObject): void {
    this.#json = '';
    this.#citations = undefined;
    this.#block = block && { ...withPassthrough(block, passthrough) };
    if (this.#block) this.#content.push(this.#block);
  }

  #append(member: string, text: string): void {
    if (this.#block) this.#block[member] = lenientText(this.#block[member]) + text;
  }

  /** What streams of the provider's own work add to its block: arguments, citations, or a complete member. */
  #passthroughDelta({ type, citation, partial_json, ...members }: JsonObject): void {
    if (!this.#block) return;
    if (citation !== undefined) this.#cite(citation);
    else if (type === 'input_json_delta') this.#json += lenientText(partial_json);
    else Object.assign(this.#block, members);
  }

  /** The list is copied once and then grows, because a copy for every citation would take quadratic time. */
  #cite(citation: Json): void {
    if (!this.#block) return;
    this.#citations ??= Array.isArray(this.#block.citations) ? [...this.#block.citations] : [];
    this.#citations.push(citation);
    this.#block.citations = this.#citations;
  }
}

/**
 * The arguments of a call. Anything that is not a JSON object (a call cut by `max_tokens`) is kept as Anthropic
 * recommends for clients, under a name that no tool uses.
 */
function inputOf(json: string): JsonObject {
  return parseJsonObject(json) ?? { INVALID_JSON: json };
}
