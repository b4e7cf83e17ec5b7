import type { Block, StreamEvent } from '../../stream/events.ts';
import type { JsonObject } from '../../stream/json.ts';
import type { ModelRequest } from '../../stream/request.ts';
import type { ChoiceWriter, ChunkKind } from '../openai-chunk-encoder.ts';
import { members } from '../openai-data-line.ts';
import { finishWord } from '../openai-finish-reason.ts';
import type { ChunkNative } from '../openai-native.ts';
import { pieces } from '../pieces.ts';
import { citationBody, redactedDetail, signatureDetail } from './details.ts';
import { type ToolForm, toolFormOf } from './tool-form.ts';

/** How chat completions are written. */
export const chatChunks: ChunkKind = {
  object: 'chat.completion.chunk',
  silence: '{"index":0,"delta":{},"finish_reason":null}',
  failed: '{"index":0,"delta":{"content":""},"finish_reason":"error"}',
  choice: (index, request) => new ChatChoiceWriter(index, request),
};

/** Deltas: the role first, the finish alone. */
class ChatChoiceWriter implements ChoiceWriter {
  readonly #index: number;
  readonly #tools: ToolForm;
  #roleWritten = false;
  #block: Block = { kind: 'text' };
  #refused = false;
  #toolCount = 0;
  /** How many reasoning blocks and citations there were: Python's stream helper puts list entries together by `index`. */
  #reasoningCount = 0;
  #citationCount = 0;

  constructor(index: number, request: ModelRequest) {
    this.#index = index;
    this.#tools = toolFormOf(request);
  }

  *write(event: StreamEvent): Generator<string> {
    if (!this.#roleWritten) {
      this.#roleWritten = true;
      if (event.type !== 'start') yield this.#entry('"role":"assistant"');
    }
    const native = 'native' in event ? (event.native as ChunkNative | undefined) : undefined;
    let rest = native;
    for (const delta of this.#deltas(event, native)) {
      yield this.#entry(delta, rest);
      rest = undefined;
    }
    if (event.type === 'finish') {
      const word = finishWord(event.reason, event.rawReason, this.#refused);
      yield this.#entry('', native && { ...native, delta: {} }, this.#tools.finishWord(word));
    } else if (rest) yield this.#entry('', rest);
  }

  /** The members of each delta that says this event; none for what this dialect has no word for. */
  *#deltas(event: StreamEvent, native: ChunkNative | undefined): Generator<string> {
    switch (event.type) {
      case 'start':
        yield '"role":"assistant"';
        break;
      case 'block-start':
        yield* this.#blockStart(event.block, native);
        break;
      case 'text-delta':
        yield* texts(this.#block.kind === 'text' && this.#block.refusal ? 'refusal' : 'content', event.text);
        break;
      case 'reasoning-delta':
        yield* texts('reasoning_content', event.text);
        break;
      case 'signature-delta':
        if (!native?.delta?.reasoning_details)
          yield list('reasoning_details', signatureDetail(event.signature, this.#reasoningCount - 1));
        break;
      case 'citation-delta':
        if (!native?.delta?.annotations && event.citation.url) {
          yield list('annotations', { index: this.#citationCount++, ...citationBody(event.citation) });
        }
        break;
      case 'tool-delta':
        for (const piece of pieces(event.json)) if (piece) yield this.#tools.piece(this.#toolCount - 1, piece);
        break;
    }
  }

  *#blockStart(block: Block, native: ChunkNative | undefined): Generator<string> {
    this.#block = block;
    if (block.kind === 'text' && block.refusal) this.#refused = true;
    if (block.kind === 'tool') yield this.#tools.open(this.#toolCount++, block.id, block.name);
    if (block.kind === 'reasoning') this.#reasoningCount++;
    if (block.kind === 'redacted-reasoning') {
      const index = this.#reasoningCount++;
      if (!native?.delta?.reasoning_details) yield list('reasoning_details', redactedDetail(block.data, index));
    }
  }

  #entry(delta: string, native?: ChunkNative, finishWord?: string): string {
    const ofDelta = members(native?.delta);
    const whole = delta === '' ? ofDelta.slice(1) : delta + ofDelta;
    const finish = finishWord === undefined ? 'null' : JSON.stringify(finishWord);
    return `{"index":${this.#index},"delta":{${whole}}${members(native?.choice)},"finish_reason":${finish}}`;
  }
}

function* texts(member: string, text: string): Generator<string> {
  for (const piece of pieces(text)) if (piece) yield `"${member}":${JSON.stringify(piece)}`;
}

function list(member: string, item: JsonObject): string {
  return `"${member}":[${JSON.stringify(item)}]`;
}
