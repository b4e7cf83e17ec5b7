import type { Block, StreamEvent } from '../../stream/events.ts';
import type { JsonObject } from '../../stream/json.ts';
import type { ModelRequest } from '../../stream/request.ts';
import type { ChoiceWriter, ChunkKind } from '../openai/chunk-encoder.ts';
import { members } from '../openai/data-line.ts';
import { wireFinishReason } from '../openai/finish-reason.ts';
import type { ChunkPassthrough } from '../openai/passthrough.ts';
import { pieces } from '../split-text.ts';
import { citationBody, imageBody, redactedDetail, signatureDetail } from './details.ts';
import { type ToolForm, toolFormOf } from './tool-form.ts';

/** The format of chat completions. */
export const chatChunks: ChunkKind = {
  object: 'chat.completion.chunk',
  silence: '{"index":0,"delta":{},"finish_reason":null}',
  failed: '{"index":0,"delta":{"content":""},"finish_reason":"error"}',
  choice: (index, request) => new ChatChoiceWriter(index, request),
};

const role = '"role":"assistant"';

/** Deltas: the role first, the finish alone. */
class ChatChoiceWriter implements ChoiceWriter {
  /** The part of an entry before the members of its delta. */
  readonly #head: string;
  readonly #tools: ToolForm;
  #roleWritten = false;
  #block: Block = { kind: 'text' };
  #refused = false;
  #toolCount = 0;
  /** The number of reasoning blocks, citations and images so far. Python's stream helper merges list entries by `index`. */
  #reasoningCount = 0;
  #citationCount = 0;
  #imageCount = 0;

  constructor(index: number, request: ModelRequest) {
    this.#head = `{"index":${index},"delta":{`;
    this.#tools = toolFormOf(request);
  }

  write(event: StreamEvent): string[] {
    const passthrough = 'passthrough' in event ? (event.passthrough as ChunkPassthrough | undefined) : undefined;
    const entries = this.#entries(event, passthrough);
    if (!this.#roleWritten && event.type !== 'start') entries.unshift(this.#entry(role));
    this.#roleWritten = true;
    return entries;
  }

  #entries(event: StreamEvent, passthrough: ChunkPassthrough | undefined): string[] {
    if (event.type === 'finish') {
      const finishReason = wireFinishReason(event.reason, event.rawReason, this.#refused);
      return [this.#entry('', passthrough && { ...passthrough, delta: {} }, this.#tools.wireFinishReason(finishReason))];
    }
    const deltas = this.#deltas(event, passthrough);
    if (deltas.length === 0) return passthrough ? [this.#entry('', passthrough)] : [];
    return deltas.map((delta, position) => this.#entry(delta, position === 0 ? passthrough : undefined));
  }

  /** The members of each delta for this event. None for an event that this dialect can't show. */
  #deltas(event: StreamEvent, passthrough: ChunkPassthrough | undefined): string[] {
    switch (event.type) {
      case 'start':
        return [role];
      case 'block-start':
        return this.#blockStart(event.block, passthrough);
      case 'text-delta':
        return texts(this.#block.kind === 'text' && this.#block.refusal ? 'refusal' : 'content', event.text);
      case 'reasoning-delta':
        return texts('reasoning_content', event.text);
      case 'signature-delta':
        if (passthrough?.delta?.reasoning_details) return [];
        return [list('reasoning_details', signatureDetail(event.signature, this.#reasoningCount - 1))];
      case 'citation-delta':
        if (passthrough?.delta?.annotations || !event.citation.url) return [];
        return [list('annotations', { index: this.#citationCount++, ...citationBody(event.citation) })];
      case 'tool-delta':
        return filled(event.json).map((piece) => this.#tools.piece(this.#toolCount - 1, piece, this.#isCustom));
      default:
        return [];
    }
  }

  get #isCustom(): boolean {
    return this.#block.kind === 'tool' && this.#block.custom === true;
  }

  #blockStart(block: Block, passthrough: ChunkPassthrough | undefined): string[] {
    this.#block = block;
    switch (block.kind) {
      case 'text':
        this.#refused ||= block.refusal === true;
        return [];
      case 'tool':
        return [this.#tools.open(this.#toolCount++, block.id, block.name, block.custom)];
      case 'reasoning':
        this.#reasoningCount++;
        return [];
      case 'redacted-reasoning': {
        const index = this.#reasoningCount++;
        return passthrough?.delta?.reasoning_details ? [] : [list('reasoning_details', redactedDetail(block.data, index))];
      }
      case 'image':
        return [list('images', { index: this.#imageCount++, ...imageBody(block) })];
      default:
        return [];
    }
  }

  #entry(delta: string, passthrough?: ChunkPassthrough, wireFinishReason?: string): string {
    const ofDelta = members(passthrough?.delta);
    const whole = delta === '' ? ofDelta.slice(1) : delta + ofDelta;
    const finish = wireFinishReason === undefined ? 'null' : JSON.stringify(wireFinishReason);
    return `${this.#head}${whole}}${members(passthrough?.choice)},"finish_reason":${finish}}`;
  }
}

function texts(member: string, text: string): string[] {
  return filled(text).map((piece) => `"${member}":${JSON.stringify(piece)}`);
}

/** The pieces of this text. None if it is empty. */
function filled(text: string): string[] {
  return text === '' ? [] : pieces(text);
}

function list(member: string, item: JsonObject): string {
  return `"${member}":[${JSON.stringify(item)}]`;
}
