import type { FinishReason, StreamEvent } from '../../stream/events.ts';
import type { JsonObject } from '../../stream/json.ts';
import type { ChoiceWriter, ChunkKind } from '../openai/chunk-encoder.ts';
import { members } from '../openai/data-line.ts';
import { wireFinishReason } from '../openai/finish-reason.ts';
import type { ChunkPassthrough } from '../openai/passthrough.ts';
import { pieces } from '../split-text.ts';

/** The format of text completions. */
export const completionChunks: ChunkKind = {
  object: 'text_completion',
  silence: '{"index":0,"text":"","finish_reason":null}',
  failed: '{"index":0,"text":"","finish_reason":"error"}',
  choice: (index) => new CompletionChoiceWriter(index),
};

/** The finish reasons of this dialect. It has no tools, so a tool call can only be the end of the text. */
export function wireCompletionReason(reason: FinishReason, rawReason: string): string {
  return reason === 'tool-call' ? 'stop' : wireFinishReason(reason, rawReason, false);
}

/** Writes text and its end. This dialect has no form for anything else. */
class CompletionChoiceWriter implements ChoiceWriter {
  readonly #index: number;

  constructor(index: number) {
    this.#index = index;
  }

  write(event: StreamEvent): string[] {
    const passthrough = 'passthrough' in event ? (event.passthrough as ChunkPassthrough | undefined)?.choice : undefined;
    if (event.type === 'finish') return [this.#entry('', passthrough, wireCompletionReason(event.reason, event.rawReason))];
    if (event.type === 'text-delta' && event.text !== '') {
      return pieces(event.text).map((piece, position) => this.#entry(piece, position === 0 ? passthrough : undefined));
    }
    return passthrough ? [this.#entry('', passthrough)] : [];
  }

  #entry(text: string, passthrough: JsonObject | undefined, finish?: string): string {
    const finishReason = finish === undefined ? 'null' : JSON.stringify(finish);
    return `{"index":${this.#index},"text":${JSON.stringify(text)}${members(passthrough)},"finish_reason":${finishReason}}`;
  }
}
