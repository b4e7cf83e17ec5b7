import type { FinishReason, StreamEvent, Usage } from '../stream/events.ts';

/** The connection was lost, and the answer continues on a new one. No event is missing or repeated. */
export interface Reconnected {
  readonly type: 'reconnected';
  /** The number of attempts that this took. */
  readonly attempts: number;
}

/** An event that the server sent. */
export type DecodedEvent = Exclude<StreamEvent, { type: 'error' }>;

/** An event of an answer. A failure is not an event. It is thrown, or passed to `onError`. */
export type AnswerEvent = DecodedEvent | Reconnected;

/** A function call of the model. */
export interface ToolCall {
  readonly id: string;
  readonly name: string;
  /** JSON as the model wrote it. Parse it in a `try`, because it may be invalid. */
  readonly arguments: string;
}

/** What has been received of an answer. */
export interface Received {
  /** The id and the model of the answer. `''` before it has begun. */
  readonly id: string;
  readonly model: string;
  readonly text: string;
  readonly reasoning: string;
  /** Only complete calls. */
  readonly toolCalls: readonly ToolCall[];
  /** A call that has begun and not ended. Its arguments may be incomplete. */
  readonly openToolCall?: ToolCall;
  /** The token counts that the provider has sent so far. */
  readonly usage: Usage;
  /** The number of events so far, without `reconnected`. */
  readonly events: number;
}

/** An answer that the model finished. */
export interface Answer extends Received {
  readonly reason: FinishReason;
  /** The finish reason in the dialect's own value. */
  readonly rawReason: string;
}

/** Collects the events of one answer. */
export class Accumulator {
  #id = '';
  #model = '';
  #text = '';
  #reasoning = '';
  #toolCalls: readonly ToolCall[] = [];
  #open: ToolCall | undefined;
  /** The call that the last event ended. */
  endedToolCall: ToolCall | undefined;
  #usage: Usage = {};
  #events = 0;

  take(event: DecodedEvent): void {
    this.#events++;
    this.endedToolCall = undefined;
    switch (event.type) {
      case 'start':
        this.#id = event.id;
        this.#model = event.model;
        this.#usage = { ...event.usage };
        break;
      case 'block-start':
        if (event.block.kind === 'tool') this.#open = { id: event.block.id, name: event.block.name, arguments: '' };
        break;
      case 'text-delta':
        this.#text += event.text;
        break;
      case 'reasoning-delta':
        this.#reasoning += event.text;
        break;
      case 'tool-delta':
        if (this.#open) this.#open = { ...this.#open, arguments: this.#open.arguments + event.json };
        break;
      case 'block-end':
        // Blocks never overlap, so the block that ends is the open one.
        this.endedToolCall = this.#open;
        this.#open = undefined;
        if (this.endedToolCall) this.#toolCalls = [...this.#toolCalls, this.endedToolCall];
        break;
      case 'finish':
        this.#usage = { ...this.#usage, ...event.usage };
    }
  }

  /** A snapshot, which later events don't change. */
  get received(): Received {
    return {
      id: this.#id,
      model: this.#model,
      text: this.#text,
      reasoning: this.#reasoning,
      toolCalls: this.#toolCalls,
      ...(this.#open && { openToolCall: this.#open }),
      usage: this.#usage,
      events: this.#events,
    };
  }
}
