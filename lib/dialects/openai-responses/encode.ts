import type { SluiceError } from '../../stream/errors.ts';
import type { StreamEvent } from '../../stream/events.ts';
import type { JsonObject } from '../../stream/json.ts';
import type { Frame, WriteFrame } from '../../wire/frame.ts';
import { writeSse } from '../../wire/sse.ts';
import type { EncodeOptions, Encoder } from '../dialect.ts';
import { lenientObject, lenientText } from '../lenient-fields.ts';
import { errorObject } from '../openai/errors.ts';
import { withPassthrough } from '../passthrough.ts';
import { wireIncompleteReason } from './finish-reason.ts';
import { ItemWriter } from './item-writer.ts';
import { newResponse } from './response-body.ts';
import { Sequence } from './sequence.ts';
import { usageBody } from './usage.ts';
import type { ResponsesPassthrough } from './wire.ts';

/**
 * A comment. Once there are items it is the only possible heartbeat, because clients fold lifecycle events into
 * items.
 */
const silence: Frame = { data: '' };

/** The comment on the wire. */
export const waiting = ': waiting\n\n';

/** Every event has a name, so a frame without one is the comment. */
export const writeEvent: WriteFrame = (frame) => (frame.event === undefined ? waiting : writeSse(frame));

/** An item of the output, as far as it is known. */
interface Entry {
  readonly item: JsonObject;
  readonly done: boolean;
}

/**
 * Events as a Responses stream: created, items in turn, then completed or incomplete. An error is written both flat
 * and nested, because clients read one or the other, followed by failed. If the provider doesn't mark an item as
 * done, it is done when the next one begins, or at the end. The finish reason then decides whether it is complete.
 *
 * If the provider uses this dialect, its events that the vocabulary doesn't cover are written between ours, with our
 * numbers and positions.
 */
export class ResponsesEncoder implements Encoder {
  readonly #options: EncodeOptions;
  readonly #sequence = new Sequence();
  /** The response so far. Undefined before it is created. */
  #response: JsonObject | undefined;
  readonly #output: Entry[] = [];
  #item: ItemWriter | undefined;
  /**
   * The position in the output of each item of a provider of this dialect, and the first id of the provider's own
   * items.
   */
  readonly #places = new Map<number, { index: number; id?: string }>();
  #refused = false;

  constructor(options: EncodeOptions) {
    this.#options = options;
  }

  /** The response as the end of the stream shows it. */
  get response(): JsonObject {
    return this.#response ?? {};
  }

  *open(): Generator<Frame> {
    yield* this.#create(this.#options.id, this.#options.model);
  }

  *heartbeat(): Generator<Frame> {
    const begun = this.#output.length > 0;
    if (this.#response && !begun) yield this.#sequence.event('response.in_progress', { response: this.#response });
    else yield silence;
  }

  *write(event: StreamEvent): Generator<Frame> {
    switch (event.type) {
      case 'start':
        yield* this.#start(event);
        break;
      case 'block-start':
        yield* this.#begin(event);
        break;
      case 'block-end':
        yield* this.#end(event.passthrough);
        break;
      case 'provider-delta':
      case 'extra':
        yield* this.#passOn(event.passthrough);
        break;
      case 'finish':
        yield* this.#finish(event);
        break;
      case 'error':
        yield* this.#error(event);
        break;
      default:
        if (this.#item) yield* this.#item.write(event);
    }
  }

  *#start({ id, model, passthrough }: Extract<StreamEvent, { type: 'start' }>): Generator<Frame> {
    const of: ResponsesPassthrough = passthrough ?? {};
    // A stored response is retrieved by our id.
    const known = this.#options.stored ? this.#options.id : id || this.#options.id;
    if (!this.#response) yield* this.#create(known, model || this.#options.model, of.response);
    // Keeps the id from the early opening of the stream. A client would interpret another id as a second response.
    else this.#response = { ...this.#response, ...of.response, ...constant(this.#response), ...(model && { model }) };
  }

  *#create(id: string, model: string, passthrough?: JsonObject): Generator<Frame> {
    const response = newResponse(this.#options, id, model, passthrough);
    this.#response = response;
    yield this.#sequence.event('response.created', { response });
    yield this.#sequence.event('response.in_progress', { response });
  }

  *#begin({ block, passthrough }: Extract<StreamEvent, { type: 'block-start' }>): Generator<Frame> {
    const of: ResponsesPassthrough = passthrough ?? {};
    const sameItem = of.place !== undefined && this.#item?.place === of.place;
    if (!sameItem) yield* this.#close('completed');
    if (block.kind === 'provider') {
      yield* this.#passOn(passthrough);
      return;
    }
    this.#refused ||= block.kind === 'text' && block.refusal === true;
    if (!this.#item) {
      const index = this.#output.push({ item: {}, done: false }) - 1;
      this.#item = new ItemWriter(this.#sequence, index, lenientText(this.response.id), block, of);
      if (of.place !== undefined) this.#places.set(of.place, { index });
      yield* this.#item.open();
    }
    yield* this.#item.begin(block, of);
  }

  *#end(passthrough: ResponsesPassthrough | undefined): Generator<Frame> {
    if (this.#item) yield* this.#item.end(passthrough);
    // A provider of this dialect reports when an item is done, and its status.
    if (passthrough?.item) yield* this.#close('completed');
  }

  *#close(status: 'completed' | 'incomplete'): Generator<Frame> {
    if (!this.#item) return;
    this.#output[this.#item.index] = { item: yield* this.#item.close(status), done: true };
    this.#item = undefined;
  }

  /** An event that the vocabulary doesn't cover. An item of the provider's own keeps its first id. */
  *#passOn({ place, frame }: ResponsesPassthrough = {}): Generator<Frame> {
    if (!frame) return;
    const { type, sequence_number: _, item, ...members } = frame;
    const name = lenientText(type);
    if (place === undefined) {
      yield this.#sequence.event(name, { ...members, ...(item !== undefined && { item }) });
      return;
    }
    const at = this.#places.get(place) ?? this.#placeOf(place, name, lenientObject(item));
    if (!at) return;
    const ofItem = item === undefined ? {} : { item: { ...lenientObject(item), ...(at.id && { id: at.id }) } };
    if (ofItem.item) this.#output[at.index] = { item: ofItem.item, done: name === 'response.output_item.done' };
    const id = at.id && members.item_id !== undefined && { item_id: at.id };
    yield this.#sequence.event(name, { ...members, ...id, output_index: at.index, ...ofItem });
  }

  #placeOf(place: number, type: string, { id }: JsonObject): { index: number; id?: string } | undefined {
    if (type !== 'response.output_item.added') return undefined;
    const at = { index: this.#output.push({ item: {}, done: false }) - 1, ...(typeof id === 'string' && { id }) };
    this.#places.set(place, at);
    return at;
  }

  *#finish({ reason, rawReason, usage, passthrough }: Extract<StreamEvent, { type: 'finish' }>): Generator<Frame> {
    const incompleteReason = wireIncompleteReason(reason, rawReason, this.#refused);
    const status = incompleteReason === undefined ? 'completed' : 'incomplete';
    const of: ResponsesPassthrough = passthrough ?? {};
    yield* this.#close(status);
    this.#response = {
      ...this.response,
      ...of.response,
      ...constant(this.response),
      ...(status === 'completed' && { completed_at: of.response?.completed_at ?? this.#now() }),
      status,
      ...(incompleteReason !== undefined && { incomplete_details: { reason: incompleteReason } }),
      output: this.#output.map(({ item }) => of.ownWork?.find(({ id, type }) => id === item.id && type === item.type) ?? item),
      usage: usageBody(usage, of.usage),
    };
    yield this.#sequence.event(`response.${status}`, withPassthrough({ response: this.#response }, of.frame));
  }

  /** Seconds since 1970. */
  #now(): number {
    const { created, elapsedMs } = this.#options;
    return created + Math.floor((elapsedMs?.() ?? 0) / 1000);
  }

  /** Leaves out items that were not done, so that no client mistakes half a call for a complete one. */
  *#error({ error }: Extract<StreamEvent, { type: 'error' }>): Generator<Frame> {
    if (!this.#response) yield* this.open();
    const { type, code = null, message: errorMessage = '', param = null } = errorObject(error, this.#options.requestId);
    const message = `${errorMessage}${retryHint(error)}`;
    const output = this.#output.filter(({ done }) => done).map(({ item }) => item);
    yield this.#sequence.event('error', { code, message, param, error: { type, code, message, param } });
    const response = { ...this.response, status: 'failed', error: { code, message }, output };
    yield this.#sequence.event('response.failed', { response });
  }
}

/** The members that are the same from the first event to the last. */
function constant({ id = null, created_at = null }: JsonObject): JsonObject {
  return { id, created_at };
}

/** The wait in OpenAI's wording, which Codex parses. A provider may have included it already. */
function retryHint({ kind, message, retryAfterMs }: SluiceError): string {
  if (kind !== 'rate_limit_exceeded' || retryAfterMs === undefined || /try again in/i.test(message)) return '';
  return ` Please try again in ${retryAfterMs / 1000}s.`;
}
