import type { FinishReason, StreamEvent } from '../../stream/events.ts';
import type { JsonObject } from '../../stream/json.ts';
import type { ChoiceWriter, ChunkKind } from '../openai/chunk-encoder.ts';
import { members } from '../openai/data-line.ts';
import { finishWord } from '../openai/finish-reason.ts';
import type { ChunkPassthrough } from '../openai/passthrough.ts';
import { pieces } from '../split-text.ts';

/** How text completions are written. */
export const completionChunks: ChunkKind = {
  object: 'text_completion',
  silence: '{"index":0,"text":"","finish_reason":null}',
  failed: '{"index":0,"text":"","finish_reason":"error"}',
  choice: (index) => new CompletionChoiceWriter(index),
};

/** Why a text ended, in the words of this dialect: it has no tools, so that a call can only be the end of the text. */
export function completionWord(reason: FinishReason, rawReason: string): string {
  return reason === 'tool-call' ? 'stop' : finishWord(reason, rawReason, false);
}

/** Text and its end; nothing else has a place here. */
class CompletionChoiceWriter implements ChoiceWriter {
  readonly #index: number;

  constructor(index: number) {
    this.#index = index;
  }

  write(event: StreamEvent): string[] {
    const passthrough = 'passthrough' in event ? (event.passthrough as ChunkPassthrough | undefined)?.choice : undefined;
    if (event.type === 'finish') return [this.#entry('', passthrough, completionWord(event.reason, event.rawReason))];
    if (event.type === 'text-delta' && event.text !== '') {
      return pieces(event.text).map((piece, position) => this.#entry(piece, position === 0 ? passthrough : undefined));
    }
    return passthrough ? [this.#entry('', passthrough)] : [];
  }

  #entry(text: string, passthrough: JsonObject | undefined, finish?: string): string {
    const word = finish === undefined ? 'null' : JSON.stringify(finish);
    return `{"index":${this.#index},"text":${JSON.stringify(text)}${members(passthrough)},"finish_reason":${word}}`;
  }
}
