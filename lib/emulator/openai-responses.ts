import type { JsonObject } from '../stream/json.ts';
import type { Answer, Part } from './model.ts';
import type { Noise } from './noise.ts';
import { heads } from './openai-heads.ts';
import type { ResponsesRequest } from './openai-responses-request.ts';
import type { WireEvent } from './play.ts';
import type { AnswerWriter } from './serve.ts';
import { encryptReasoning } from './signature.ts';

/** The format of responses: items that are announced, sent in parts and repeated whole. Nothing is stored. */
export class ResponsesWriter implements AnswerWriter {
  readonly streamType = 'text/event-stream; charset=utf-8';
  readonly faultBytes;
  readonly #request: ResponsesRequest;
  readonly #noise: Noise;
  readonly #response: JsonObject;
  #sequence = 0;

  constructor(model: string, request: ResponsesRequest, noise: Noise) {
    this.#request = request;
    this.#noise = noise;
    this.#response = {
      id: `resp_${noise.text(48).toLowerCase()}`,
      object: 'response',
      created_at: Math.floor(Date.now() / 1000),
      status: 'in_progress',
      error: null,
      incomplete_details: null,
      model,
      output: [],
      store: false,
      usage: null,
    };
    const failure = {
      type: 'server_error',
      code: 'server_error',
      message: 'The server had an error while processing your request. Sorry about that!',
      param: null,
    };
    this.faultBytes = {
      error: `event: error\ndata: ${JSON.stringify({ type: 'error', sequence_number: 0, error: failure })}\n\n`,
      garbage: 'event: response.output_text.delta\ndata: {"type":"response.output_text.delta","delta":"bro\n\n',
    };
  }

  headers(): Record<string, string> {
    return heads(this.#noise);
  }

  *events(answer: Answer): Generator<WireEvent> {
    yield this.#event('envelope', 'response.created', { response: this.#response });
    yield this.#event('envelope', 'response.in_progress', { response: this.#response });
    const output: JsonObject[] = [];
    for (const [index, part] of answer.parts.entries()) {
      const item = this.#item(part, answer);
      output.push(item);
      yield this.#event('envelope', 'response.output_item.added', { output_index: index, item: beginning(item) });
      yield* this.#announcePart(part, { item_id: item.id ?? '', output_index: index }, item);
      yield this.#event('envelope', 'response.output_item.done', { output_index: index, item });
    }
    const response = this.#ended(answer, output);
    yield this.#event('finish', `response.${response.status}`, { response });
  }

  whole(answer: Answer): JsonObject {
    return this.#ended(
      answer,
      answer.parts.map((part) => this.#item(part, answer)),
    );
  }

  /** The pieces of one item, where it has any: a thought that is not to be shown has none. */
  *#announcePart({ kind, tokens, freeform }: Part, place: JsonObject, item: JsonObject): Generator<WireEvent> {
    if (kind === 'tool') {
      const name = freeform ? 'response.custom_tool_call_input' : 'response.function_call_arguments';
      for (const delta of tokens.length > 0 ? tokens : ['{}']) yield this.#event('content', `${name}.delta`, { ...place, delta });
      yield this.#event('envelope', `${name}.done`, {
        ...place,
        ...(freeform ? { input: tokens.join('') } : { arguments: item.arguments ?? '' }),
      });
      return;
    }
    if (kind === 'reasoning' && !this.#request.summary) return;
    const text = tokens.join('');
    const { event, part, at, made } = kind === 'text' ? textForm : summaryForm;
    const where = { ...place, ...at };
    yield this.#event('envelope', `${part}.added`, { ...where, part: { ...made, text: '' } });
    for (const delta of tokens) yield this.#event('content', `${event}.delta`, { ...where, delta });
    yield this.#event('envelope', `${event}.done`, { ...where, text });
    yield this.#event('envelope', `${part}.done`, { ...where, part: { ...made, text } });
  }

  #item({ kind, name = '', tokens, freeform }: Part, { end }: Answer): JsonObject {
    const joined = tokens.join('');
    const status = end === 'length' ? 'incomplete' : 'completed';
    const id = (prefix: string) => `${prefix}_${this.#noise.text(48).toLowerCase()}`;
    if (kind === 'reasoning') {
      const summary = this.#request.summary ? [{ type: 'summary_text', text: joined }] : [];
      return {
        id: id('rs'),
        type: 'reasoning',
        summary,
        ...(this.#request.encrypted && { encrypted_content: encryptReasoning(joined) }),
      };
    }
    if (kind === 'tool') {
      const called = { name, call_id: `call_${this.#noise.text(24)}` };
      if (freeform) return { id: id('ctc'), type: 'custom_tool_call', status, ...called, input: joined };
      return { id: id('fc'), type: 'function_call', status, ...called, arguments: joined || '{}' };
    }
    const content = [{ type: 'output_text', annotations: [], logprobs: [], text: joined }];
    return { id: id('msg'), type: 'message', status, role: 'assistant', content };
  }

  #ended({ end, usage: { input, output, reasoning } }: Answer, items: JsonObject[]): JsonObject {
    return {
      ...this.#response,
      status: end === 'length' ? 'incomplete' : 'completed',
      incomplete_details: end === 'length' ? { reason: 'max_output_tokens' } : null,
      output: items,
      usage: {
        input_tokens: input,
        input_tokens_details: { cached_tokens: 0 },
        output_tokens: output,
        output_tokens_details: { reasoning_tokens: reasoning },
        total_tokens: input + output,
      },
    };
  }

  #event(kind: WireEvent['kind'], type: string, members: JsonObject): WireEvent {
    const payload = { type, sequence_number: this.#sequence++, ...members };
    return { kind, bytes: `event: ${type}\ndata: ${JSON.stringify(payload)}\n\n` };
  }
}

/** The event names for a part, its position in its item, and its members besides its text. */
interface PartForm {
  readonly event: string;
  readonly part: string;
  readonly at: JsonObject;
  readonly made: JsonObject;
}

const textForm: PartForm = {
  event: 'response.output_text',
  part: 'response.content_part',
  at: { content_index: 0 },
  made: { type: 'output_text', annotations: [], logprobs: [] },
};
const summaryForm: PartForm = {
  event: 'response.reasoning_summary_text',
  part: 'response.reasoning_summary_part',
  at: { summary_index: 0 },
  made: { type: 'summary_text' },
};

/** An item at its beginning. */
function beginning({ encrypted_content: _, ...item }: JsonObject): JsonObject {
  const empty = { content: [], summary: [], arguments: '', input: '', status: 'in_progress' };
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, empty[name as keyof typeof empty] ?? value]));
}
