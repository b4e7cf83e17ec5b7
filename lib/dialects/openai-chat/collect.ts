import type { Block, StreamEvent } from '../../stream/events.ts';
import { isObject, type Json, type JsonObject, membersOf } from '../../stream/json.ts';
import type { Collector, EncodeOptions } from '../dialect.ts';
import { wireFinishReason } from '../openai/finish-reason.ts';
import { type ChunkPassthrough, joinLogprobs, otherChoiceIn } from '../openai/passthrough.ts';
import { usageBody } from '../openai/usage.ts';
import { citationBody, imageBody, redactedDetail, signatureDetail } from './details.ts';
import { toolFormOf } from './tool-form.ts';

/** Delta members whose text continues in the next delta, because audio arrives in pieces. */
const continued: ReadonlySet<string> = new Set(['data', 'transcript']);

/** Folds an answer into one `chat.completion`. */
export class ChatCollector implements Collector {
  readonly #options: EncodeOptions;
  #id: string;
  #model: string;
  #unknownFields: JsonObject = {};
  #usage: JsonObject = usageBody({}, undefined);
  readonly #choices = new Map<number, ChoiceCollector>();

  constructor(options: EncodeOptions) {
    this.#options = options;
    this.#id = options.id;
    this.#model = options.model;
  }

  write(event: StreamEvent): void {
    const other = otherChoiceIn(event);
    if (other) {
      this.#take(other.choice, other.event);
      return;
    }
    if (event.type === 'start') {
      this.#id = event.id;
      this.#model = event.model;
    }
    this.#take(0, event);
    if (event.type === 'finish') this.#usage = usageBody(event.usage, passthroughOf(event)?.usage);
  }

  body(): JsonObject {
    const choices = [...this.#choices].sort(([a], [b]) => a - b).map(([index, choice]) => choice.body(index));
    const { created } = this.#options;
    return {
      ...this.#unknownFields,
      id: this.#id,
      object: 'chat.completion',
      created,
      model: this.#model,
      choices,
      usage: this.#usage,
    };
  }

  #take(index: number, event: StreamEvent): void {
    const choice = this.#choices.get(index) ?? new ChoiceCollector(this.#options);
    this.#choices.set(index, choice);
    choice.take(event);
    Object.assign(this.#unknownFields, passthroughOf(event)?.chunk);
  }
}

class ChoiceCollector {
  readonly #options: EncodeOptions;
  #block: Block = { kind: 'text' };
  #content = '';
  #refusal = '';
  #reasoning = '';
  #reasoningCount = 0;
  readonly #calls: { id: string; name: string; json: string; custom: boolean }[] = [];
  readonly #details: Json[] = [];
  readonly #annotations: Json[] = [];
  readonly #images: Json[] = [];
  #unknownFields: JsonObject = {};
  #unknownMessageFields: JsonObject = {};
  #finish = 'stop';

  constructor(options: EncodeOptions) {
    this.#options = options;
  }

  take(event: StreamEvent): void {
    const passthrough = passthroughOf(event);
    const { reasoning_details: details, annotations, ...unknownFields } = passthrough?.delta ?? {};
    if (Array.isArray(details)) this.#details.push(...details);
    if (Array.isArray(annotations)) this.#annotations.push(...annotations);
    join(this.#unknownMessageFields, unknownFields);
    const { logprobs, ...unknownChoiceFields } = passthrough?.choice ?? {};
    Object.assign(this.#unknownFields, unknownChoiceFields);
    const joined = joinLogprobs(this.#unknownFields.logprobs, logprobs);
    if (joined !== undefined) this.#unknownFields.logprobs = joined;

    switch (event.type) {
      case 'block-start':
        this.#open(event.block, Boolean(details));
        break;
      case 'text-delta':
        if (this.#block.kind === 'text' && this.#block.refusal) this.#refusal += event.text;
        else this.#content += event.text;
        break;
      case 'reasoning-delta':
        this.#reasoning += event.text;
        break;
      case 'signature-delta':
        if (!details) this.#details.push(signatureDetail(event.signature, this.#reasoningCount - 1));
        break;
      case 'citation-delta':
        if (!annotations && event.citation.url) this.#annotations.push(citationBody(event.citation));
        break;
      case 'tool-delta': {
        const call = this.#calls.at(-1);
        if (call) call.json += event.json;
        break;
      }
      case 'finish':
        this.#finish = wireFinishReason(event.reason, event.rawReason, this.#refusal !== '');
        break;
    }
  }

  body(index: number): JsonObject {
    const tools = toolFormOf(this.#options.request);
    const silent = this.#content === '' && (this.#calls.length > 0 || this.#refusal !== '');
    return {
      ...this.#unknownFields,
      index,
      message: {
        ...this.#unknownMessageFields,
        role: 'assistant',
        content: silent ? null : this.#content,
        ...(this.#refusal && { refusal: this.#refusal }),
        ...(this.#reasoning && { reasoning_content: this.#reasoning }),
        ...(this.#details.length > 0 && { reasoning_details: this.#details }),
        ...(this.#annotations.length > 0 && { annotations: this.#annotations }),
        ...(this.#images.length > 0 && { images: this.#images }),
        ...(this.#calls.length > 0 && tools.message(this.#calls)),
      },
      finish_reason: tools.wireFinishReason(this.#finish),
    };
  }

  #open(block: Block, hasDetails: boolean): void {
    this.#block = block;
    if (block.kind === 'tool') this.#calls.push({ id: block.id, name: block.name, json: '', custom: block.custom === true });
    if (block.kind === 'image') this.#images.push(imageBody(block));
    if (block.kind === 'reasoning') this.#reasoningCount++;
    if (block.kind !== 'redacted-reasoning') return;
    const index = this.#reasoningCount++;
    if (!hasDetails) this.#details.push(redactedDetail(block.data, index));
  }
}

function passthroughOf(event: StreamEvent): ChunkPassthrough | undefined {
  return 'passthrough' in event ? (event.passthrough as ChunkPassthrough | undefined) : undefined;
}

/** Merges one delta into the earlier ones. */
function join(into: JsonObject, from: JsonObject): void {
  for (const [name, value] of membersOf(from)) {
    const before = into[name];
    if (Array.isArray(before) && Array.isArray(value)) for (const item of value) before.push(item);
    else if (isObject(before) && isObject(value)) join(before, value);
    else if (typeof before === 'string' && typeof value === 'string' && continued.has(name)) into[name] = before + value;
    // Copied, so that the event stays unchanged.
    else into[name] = isObject(value) ? { ...value } : Array.isArray(value) ? [...value] : value;
  }
}
