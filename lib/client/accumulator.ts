import type { FinishReason, StreamEvent, Usage } from '../stream/events.ts';

/** An event of an answer. A failure is no event here: it is thrown, or told to `onError`. */
export type AnswerEvent = Exclude<StreamEvent, { type: 'error' }>;

/** A function that the model calls. */
export interface ToolCall {
  readonly id: string;
  readonly name: string;
  /** JSON as the model wrote it; parse it in a `try`, a model may be wrong. */
  readonly arguments: string;
}

/** What has come of an answer. */
export interface Received {
  /** The answer's id and its model; `''` until it has begun. */
  readonly id: string;
  readonly model: string;
  readonly text: string;
  readonly reasoning: string;
  /** Whole calls alone. */
  readonly toolCalls: readonly ToolCall[];
  /** The call that has begun and not ended: its arguments may be half of what they were to be. */
  readonly openToolCall?: ToolCall;
  /** Token counts as far as the provider has said them. */
  readonly usage: Usage;
  /** How many events there were. */
  readonly events: number;
}

/** An answer that the model finished. */
export interface Answer extends Received {
  readonly reason: FinishReason;
  /** The reason in the dialect's own word. */
  readonly rawReason: string;
}

/** Puts the events of one answer together. */
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

  take(event: AnswerEvent): void {
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
        // Blocks never overlap: what ends is what is open.
        this.endedToolCall = this.#open;
        this.#open = undefined;
        if (this.endedToolCall) this.#toolCalls = [...this.#toolCalls, this.endedToolCall];
        break;
      case 'finish':
        this.#usage = { ...this.#usage, ...event.usage };
    }
  }

  /** So far; what comes later does not change it. */
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
