import { Blocks } from '../../stream/blocks.ts';
import type { Delta } from '../../stream/delta.ts';
import type { Citation, FinishReason, StreamEvent } from '../../stream/events.ts';
import { isObject, type JsonObject } from '../../stream/json.ts';
import { failureStatus, finishReason } from '../openai/finish-reason.ts';
import { type ChunkPassthrough, joinLogprobs, logprobsIn, unknownFields } from '../openai/passthrough.ts';
import { strictObject, strictObjects, strictText } from '../strict-fields.ts';
import { upstreamFailure } from '../upstream-failure.ts';
import { type ContentPiece, type ThinkingTag, ThinkingText } from './thinking-text.ts';
import { ToolSlots } from './tool-slots.ts';
import { choiceMembers, deltaMembers } from './wire.ts';

const text = { kind: 'text' } as const;
const refusal = { kind: 'text', refusal: true } as const;
const reasoning = { kind: 'reasoning' } as const;

/** One answer of a stream: its deltas as blocks, until its finish. What a provider sends for it after that is dropped. */
export class Choice {
  /** Set once the provider has given a finish_reason. */
  finish: { reason: FinishReason; rawReason: string } | undefined;
  readonly #blocks: Blocks;
  readonly #tools = new ToolSlots();
  readonly #passthrough: boolean;
  readonly #thinking: ThinkingText | undefined;
  #refused = false;
  #redacted = 0;
  #images = 0;
  /** The number of signed thoughts. Reasoning after a signature is another thought. */
  #signed = 0;
  #isSigned = false;
  /** What the vocabulary has no word for, until an event of this choice can carry it. */
  #waiting: ChunkPassthrough | undefined;

  constructor(id: string, passthrough: boolean, thinkingTags: ThinkingTag | undefined) {
    this.#blocks = new Blocks(id);
    this.#passthrough = passthrough;
    this.#thinking = thinkingTags ? new ThinkingText(thinkingTags) : undefined;
  }

  /** Has it called tools? */
  get calledTools(): boolean {
    return this.#tools.count > 0;
  }

  /** Members of a chunk that go with this choice's next event. */
  keepOfChunk(members: JsonObject | undefined): void {
    if (!members) return;
    // Grows in place, because a provider may send many members before an event that can carry them.
    this.#waiting ??= {};
    this.#waiting.chunk = Object.assign(this.#waiting.chunk ?? {}, members);
  }

  /** What has been kept and not yet carried. */
  takePassthrough(): { passthrough?: ChunkPassthrough } {
    const passthrough = this.#waiting;
    this.#waiting = undefined;
    return passthrough ? { passthrough } : {};
  }

  /** The events of one entry of a chunk's `choices`, and of the delta in it. */
  *read(choice: JsonObject, delta: JsonObject): Generator<StreamEvent> {
    if (this.finish) return;
    if (this.#passthrough) this.#keep(choice, delta);

    yield* this.#reasoning(delta);
    yield* this.#content(delta);
    if (delta.refusal) yield* this.#refusal(strictText(delta, 'refusal'));
    // A client of this dialect gets them unchanged.
    if (!this.#passthrough && delta.images) for (const image of strictObjects(delta, 'images')) yield* this.#image(image);
    if (delta.annotations) for (const annotation of strictObjects(delta, 'annotations')) yield* this.#annotation(annotation);
    if (delta.tool_calls) for (const call of strictObjects(delta, 'tool_calls')) yield* this.#tool(call);
    const legacyCall = delta.function_call && strictObject(delta, 'function_call');
    if (legacyCall) yield* this.#tool({ index: 0, function: legacyCall });

    // A delta's own members (audio, images) are part of the answer: they do not wait for the next event.
    if (this.#waiting?.delta) yield { type: 'extra', ...this.takePassthrough() };
    const rawReason = strictText(choice, 'finish_reason');
    if (rawReason) yield* this.end(rawReason);
  }

  /** Closes what is open: the provider has given this reason, or said in its own way that this is all. */
  *end(rawReason: string): Generator<StreamEvent> {
    const status = failureStatus(rawReason);
    if (status) throw upstreamFailure({ status, message: `The provider stopped in the middle of the response (${rawReason}).` });
    yield* this.#pieces(this.#thinking?.end());
    yield* this.#blocks.endAll();
    this.finish = { reason: this.#reason(rawReason), rawReason };
  }

  /** Many send `stop` after tool calls, and OpenAI sends it after a refusal. */
  #reason(rawReason: string): FinishReason {
    const reason = finishReason(rawReason);
    if (reason !== 'stop' && rawReason !== '') return reason;
    if (this.calledTools) return 'tool-call';
    return this.#refused ? 'refusal' : reason;
  }

  #keep(choice: JsonObject, delta: JsonObject): void {
    const logprobs = logprobsIn(choice.logprobs);
    const ofChoice = unknownFields(choice, choiceMembers);
    const ofDelta = unknownFields(delta, deltaMembers);
    if (logprobs === undefined && !ofChoice && !ofDelta) return;
    this.#waiting ??= {};
    const waiting = this.#waiting;
    if (ofChoice || logprobs !== undefined) {
      const joined = joinLogprobs(waiting.choice?.logprobs, logprobs);
      waiting.choice = Object.assign(waiting.choice ?? {}, ofChoice, joined !== undefined && { logprobs: joined });
    }
    if (ofDelta) waiting.delta = Object.assign(waiting.delta ?? {}, ofDelta);
  }

  #content(delta: JsonObject): Iterable<StreamEvent> {
    return Array.isArray(delta.content) ? this.#parts(strictObjects(delta, 'content')) : this.#text(strictText(delta, 'content'));
  }

  /** Mistral's reasoning models: [{type: 'thinking', thinking: [{type: 'text', text}]}, {type: 'text', text}]. */
  *#parts(parts: JsonObject[]): Generator<StreamEvent> {
    for (const part of parts) {
      if (part.type === 'text') yield* this.#text(strictText(part, 'text'));
      if (part.type !== 'thinking') continue;
      if (typeof part.thinking === 'string') yield* this.#thought(part.thinking);
      else for (const thought of strictObjects(part, 'thinking')) yield* this.#thought(strictText(thought, 'text'));
    }
  }

  #text(content: string): Iterable<StreamEvent> {
    return this.#thinking ? this.#pieces(this.#thinking.read(content)) : this.#withText(content);
  }

  *#pieces(pieces: Iterable<ContentPiece> = []): Generator<StreamEvent> {
    for (const { thought, text } of pieces) yield* thought ? this.#thought(text) : this.#withText(text);
  }

  #withText(content: string): StreamEvent[] {
    return content ? this.#blocks.delta('text', text, this.#carrying({ type: 'text-delta', text: content })) : [];
  }

  #refusal(content: string): StreamEvent[] {
    if (!content) return [];
    this.#refused = true;
    return this.#blocks.delta('refusal', refusal, this.#carrying({ type: 'text-delta', text: content }));
  }

  #thought(content: string): StreamEvent[] {
    if (content === '') return [];
    if (this.#isSigned) this.#signed++;
    this.#isSigned = false;
    return this.#reasoningDelta({ type: 'reasoning-delta', text: content });
  }

  #reasoningDelta(delta: Delta): StreamEvent[] {
    return this.#blocks.delta(`reasoning ${this.#signed}`, reasoning, this.#carrying(delta));
  }

  /**
   * `reasoning_content` (DeepSeek and most), `reasoning` (Groq, Ollama, OpenRouter), both at once (vLLM), or only
   * OpenRouter's `reasoning_details`, which also hold signatures and what only the model can read.
   */
  #reasoning(delta: JsonObject): Iterable<StreamEvent> {
    const content = strictText(delta, 'reasoning_content') || strictText(delta, 'reasoning');
    const details = delta.reasoning_details ? strictObjects(delta, 'reasoning_details') : [];
    return details.length > 0 ? this.#detailed(content, details) : this.#thought(content);
  }

  *#detailed(content: string, details: JsonObject[]): Generator<StreamEvent> {
    const withText = details.filter((detail) => detailText(detail) !== '');
    const thought = content || withText.map(detailText).join('');
    if (thought) this.#keepOfDelta('reasoning_details', withText.map(withoutSignature));
    yield* this.#thought(thought);
    for (const detail of details) {
      const signature = strictText(detail, 'signature');
      const data = strictText(detail, 'data');
      if (signature) {
        const { text: _, ...passthrough } = detail;
        this.#keepOfDelta('reasoning_details', [passthrough]);
        yield* this.#reasoningDelta({ type: 'signature-delta', signature });
        this.#isSigned = true;
      } else if (data) {
        this.#keepOfDelta('reasoning_details', [detail]);
        const key = `redacted-${this.#redacted++}`;
        yield* this.#blocks.open(key, { kind: 'redacted-reasoning', data }, this.takePassthrough().passthrough);
        yield* this.#blocks.end(key);
      }
    }
  }

  /** OpenRouter's form for an image that the model made. */
  *#image(image: JsonObject): Generator<StreamEvent> {
    const url = strictText(strictObject(image, 'image_url') ?? {}, 'url');
    const [, mediaType, data] = /^data:(image\/[\w.+-]+);base64,(.+)$/s.exec(url) ?? [];
    if (mediaType === undefined || data === undefined) return;
    const key = `image-${this.#images++}`;
    yield* this.#blocks.open(key, { kind: 'image', mediaType, data });
    yield* this.#blocks.end(key);
  }

  *#annotation(annotation: JsonObject): Generator<StreamEvent> {
    const source = strictObject(annotation, 'url_citation');
    this.#keepOfDelta('annotations', [annotation]);
    if (!source) return;
    const citation: Citation = {};
    const [url, title, quoted] = [strictText(source, 'url'), strictText(source, 'title'), strictText(source, 'content')];
    if (url) citation.url = url;
    if (title) citation.title = title;
    if (quoted) citation.text = quoted;
    yield* this.#blocks.delta('text', text, this.#carrying({ type: 'citation-delta', citation }));
  }

  *#tool(call: JsonObject): Generator<StreamEvent> {
    const custom = isObject(call.custom);
    const { slot, empty, id, name, json } = this.#tools.read(call);
    if (empty) return;
    yield* this.#pieces(this.#thinking?.end());
    yield* this.#blocks.tool(slot, { id, name, json, custom }, this.takePassthrough().passthrough);
  }

  /** This event with what has been kept and not yet carried. */
  #carrying(delta: Delta): Delta {
    if (this.#waiting) delta.passthrough = this.#waiting;
    this.#waiting = undefined;
    return delta;
  }

  /** The provider's own spelling of the event that comes next. */
  #keepOfDelta(name: 'annotations' | 'reasoning_details', items: JsonObject[]): void {
    if (!this.#passthrough || items.length === 0) return;
    this.#waiting ??= {};
    this.#waiting.delta ??= {};
    const { delta } = this.#waiting;
    const before = delta[name];
    if (Array.isArray(before)) before.push(...items);
    else delta[name] = [...items];
  }
}

function detailText(detail: JsonObject): string {
  return strictText(detail, 'text') || strictText(detail, 'summary');
}

function withoutSignature({ signature: _, ...detail }: JsonObject): JsonObject {
  return detail;
}
