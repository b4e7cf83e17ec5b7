import type { Block, StreamEvent } from '../../stream/events.ts';
import type { Json, JsonObject } from '../../stream/json.ts';
import type { Frame } from '../../wire/frame.ts';
import { withPassthrough } from '../passthrough.ts';
import { pieces } from '../split-text.ts';
import { encryptReasoning } from './encrypted-reasoning.ts';
import type { Sequence } from './sequence.ts';
import { type PartForm, type PartType, partForms, type ResponsesPassthrough } from './wire.ts';

type Shown = Exclude<Block, { kind: 'provider' }>;

/** The id prefixes of items. OpenAI rejects others when they are sent back. */
const idPrefixes: Readonly<Record<Shown['kind'], string>> = {
  text: 'msg',
  reasoning: 'rs',
  'redacted-reasoning': 'rs',
  tool: 'fc',
  image: 'ig',
};

interface OpenPart {
  readonly type: PartType;
  readonly form: PartForm;
  readonly number: number;
  /** The part of a delta before its text. */
  readonly head: string;
  readonly wire: JsonObject;
  text: string;
  annotations: JsonObject[];
}

/** Writes one item of the output: its parts, first in deltas and then complete, as every reader expects. */
export class ItemWriter {
  readonly index: number;
  /** The provider's own item, if it uses this dialect. */
  readonly place: number | undefined;
  readonly #sequence: Sequence;
  readonly #item: JsonObject;
  readonly #lists: Record<'content' | 'summary', JsonObject[]> = { content: [], summary: [] };
  #part: OpenPart | undefined;
  /** The type of the next reasoning part, which begins with its first text. */
  #reasoning: { type: PartType; wire: JsonObject } | undefined;
  #json = '';
  #signature = '';
  #redacted = '';
  #done: JsonObject | undefined;

  constructor(sequence: Sequence, index: number, answerId: string, block: Shown, passthrough: ResponsesPassthrough = {}) {
    this.#sequence = sequence;
    this.index = index;
    this.place = passthrough.place;
    const prefix = block.kind === 'tool' && block.custom ? 'ctc' : idPrefixes[block.kind];
    const id = `${prefix}_${answerId.replace(/^resp_/, '')}_${index}`;
    this.#item = withPassthrough(newItem(block, id), passthrough.item);
  }

  get #id(): Json | undefined {
    return this.#item.id;
  }

  *open(): Generator<Frame> {
    yield this.#sequence.event('response.output_item.added', { output_index: this.index, item: this.#item });
  }

  /** Starts a block: the next part, or the whole item. */
  *begin(block: Shown, { part = {} }: ResponsesPassthrough = {}): Generator<Frame> {
    if (block.kind === 'text') yield* this.#beginPart(block.refusal ? 'refusal' : 'output_text', part);
    else if (block.kind === 'reasoning') {
      this.#reasoning = { type: part.type === 'reasoning_text' ? 'reasoning_text' : 'summary_text', wire: part };
    } else if (block.kind === 'redacted-reasoning') this.#redacted = block.data;
    else if (block.kind === 'image') this.#item.result = block.data;
  }

  *write(event: StreamEvent): Generator<Frame> {
    switch (event.type) {
      case 'text-delta':
        yield* this.#text(event.text, event.passthrough);
        break;
      case 'reasoning-delta':
        if (this.#reasoning) yield* this.#beginPart(this.#reasoning.type, this.#reasoning.wire);
        yield* this.#text(event.text, event.passthrough);
        break;
      case 'signature-delta':
        this.#signature += event.signature;
        break;
      case 'citation-delta':
        yield* this.#cite(event);
        break;
      case 'tool-delta':
        this.#json += event.json;
        for (const delta of pieces(event.json)) {
          const members = { item_id: this.#id, output_index: this.index, delta, ...event.passthrough };
          const type = this.#item.type === 'custom_tool_call' ? 'custom_tool_call_input' : 'function_call_arguments';
          yield this.#sequence.event(`response.${type}.delta`, members);
        }
    }
  }

  /** Ends the block. */
  *end({ whole, part, item }: ResponsesPassthrough = {}): Generator<Frame> {
    this.#reasoning = undefined;
    if (item) this.#done = item;
    if (this.#part) yield* this.#endPart(this.#part, whole, part);
    else if (this.#item.type === 'function_call') {
      const members = { item_id: this.#id, output_index: this.index, arguments: this.#json, ...whole };
      yield this.#sequence.event('response.function_call_arguments.done', members);
    } else if (this.#item.type === 'custom_tool_call') {
      const members = { item_id: this.#id, output_index: this.index, input: this.#json, ...whole };
      yield this.#sequence.event('response.custom_tool_call_input.done', members);
    }
  }

  /** Writes the finished item. */
  *close(status: 'completed' | 'incomplete'): Generator<Frame, JsonObject> {
    const item = withPassthrough({ ...this.#item, ...this.#contents(status) }, this.#done);
    yield this.#sequence.event('response.output_item.done', { output_index: this.index, item });
    return item;
  }

  #contents(status: string): JsonObject {
    const { content, summary } = this.#lists;
    switch (this.#item.type) {
      case 'message':
        return { status, content };
      case 'reasoning':
        return { summary, ...(content.length > 0 && { content }), ...this.#encrypted() };
      case 'function_call':
        return { status, arguments: this.#json };
      case 'custom_tool_call':
        return { status, input: this.#json };
      default:
        return { status };
    }
  }

  /** OpenAI's own value passes unchanged. */
  #encrypted(): JsonObject {
    const [signature, redacted] = [this.#signature, this.#redacted];
    if (this.place !== undefined) return signature || redacted ? { encrypted_content: signature || redacted } : {};
    return { encrypted_content: encryptReasoning({ ...(signature && { signature }), ...(redacted && { redacted }) }) };
  }

  *#beginPart(type: PartType, passthrough: JsonObject): Generator<Frame> {
    this.#reasoning = undefined;
    const form: PartForm = partForms[type];
    const number = this.#lists[form.list].length;
    const wire = withPassthrough(newPart(type), passthrough);
    const members = this.#at(form, number);
    const head = `${JSON.stringify(members).slice(1, -1)},"delta":`;
    this.#part = { type, form, number, head, wire, text: '', annotations: [] };
    yield this.#sequence.event(form.added, { ...members, part: wire });
  }

  *#text(text: string, passthrough: JsonObject | undefined): Generator<Frame> {
    const part = this.#part;
    if (!part) return;
    part.text += text;
    // By far the most frequent frames: one JSON.stringify of the text inside constant parts.
    const tail = passthrough ? `,${JSON.stringify(passthrough).slice(1)}` : '}';
    const logprobs = part.type === 'output_text' && passthrough?.logprobs === undefined ? ',"logprobs":[]' : '';
    for (const piece of pieces(text)) {
      yield this.#sequence.written(part.form.delta, `${part.head}${JSON.stringify(piece)}${logprobs}${tail}`);
    }
  }

  /**
   * A page, or whatever the provider cites in its own dialect. Other providers don't report the position in the text.
   */
  *#cite({ citation, passthrough }: Extract<StreamEvent, { type: 'citation-delta' }>): Generator<Frame> {
    const { url, title = url } = citation;
    const part = this.#part;
    if (!part || !(passthrough || url)) return;
    const defaultAnnotation = { type: 'url_citation', url, title, start_index: 0, end_index: 0 };
    const { annotation = defaultAnnotation, ...more } = passthrough ?? {};
    const members = { ...this.#at(part.form, part.number), annotation_index: part.annotations.length, annotation };
    part.annotations.push(annotation as JsonObject);
    yield this.#sequence.event('response.output_text.annotation.added', { ...members, ...more });
  }

  *#endPart(part: OpenPart, whole: JsonObject | undefined, passthrough: JsonObject | undefined): Generator<Frame> {
    const { form, number, text, annotations } = part;
    const shown: JsonObject = { ...part.wire, [form.member]: text, ...(part.type === 'output_text' && { annotations }) };
    const done = withPassthrough(shown, passthrough);
    const members = this.#at(form, number);
    const logprobs = part.type === 'output_text' && { logprobs: [] };
    yield this.#sequence.event(form.whole, { ...members, [form.member]: text, ...logprobs, ...whole });
    yield this.#sequence.event(form.done, { ...members, part: done });
    this.#lists[form.list].push(done);
    this.#part = undefined;
  }

  #at(form: PartForm, number: number): JsonObject {
    return { item_id: this.#id, output_index: this.index, [form.place]: number };
  }
}

/** An item at its beginning. */
function newItem(block: Shown, id: string): JsonObject {
  switch (block.kind) {
    case 'text':
      return { id, type: 'message', status: 'in_progress', role: 'assistant', content: [] };
    case 'reasoning':
    case 'redacted-reasoning':
      return { id, type: 'reasoning', summary: [] };
    case 'tool':
      if (block.custom)
        return { id, type: 'custom_tool_call', status: 'in_progress', call_id: block.id, name: block.name, input: '' };
      return { id, type: 'function_call', status: 'in_progress', call_id: block.id, name: block.name, arguments: '' };
    case 'image':
      return { id, type: 'image_generation_call', status: 'in_progress' };
  }
}

function newPart(type: PartType): JsonObject {
  return type === 'output_text' ? { type, text: '', annotations: [], logprobs: [] } : { type, [partForms[type].member]: '' };
}
