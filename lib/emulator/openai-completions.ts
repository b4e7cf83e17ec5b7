import { isObject, type Json, type JsonObject } from '../stream/json.ts';
import type { Answer } from './model.ts';
import type { Noise } from './noise.ts';
import { failureInStream, heads } from './openai-heads.ts';
import type { WireEvent } from './play.ts';
import type { Prompt } from './prompt.ts';
import { limit, must, strings } from './refusal.ts';
import type { AnswerWriter } from './serve.ts';

/** A text completion request of the emulated OpenAI. */
export interface CompletionRequest {
  readonly prompt: Prompt;
  readonly text: string;
  readonly stream: boolean;
  readonly includeUsage: boolean;
  readonly choices: number;
  readonly echo: boolean;
  readonly logprobs: boolean;
}

/** OpenAI's default limit of a completion. */
const defaultMaxTokens = 16;

/**
 * Reads the body of a text completion request. Rejects what OpenAI rejects, as far as an adapter can make the
 * mistake.
 */
export function readCompletionRequest(body: JsonObject): CompletionRequest {
  for (const name of ['messages', 'tools', 'max_completion_tokens']) {
    must(body[name] === undefined, `Unrecognized request argument supplied: ${name}`);
  }
  const prompts = strings(body.prompt, 'prompt');
  must(prompts.length === 1, 'The embedded OpenAI completes one prompt at a time.', 'prompt');
  const [text = ''] = prompts;
  const choices = limit(body.n, 'n') ?? 1;
  const bestOf = limit(body.best_of, 'best_of') ?? choices;
  must(!(body.stream && bestOf > choices), 'You can only stream with best_of equal to n.', 'best_of');
  return {
    prompt: {
      turns: [{ role: 'user', text, attachments: 0 }],
      tools: [],
      toolChoice: 'none',
      parallelTools: false,
      reasoning: false,
      maxTokens: limit(body.max_tokens, 'max_tokens') ?? defaultMaxTokens,
      stop: strings(body.stop, 'stop'),
    },
    text,
    stream: body.stream === true,
    includeUsage: isObject(body.stream_options) && body.stream_options.include_usage === true,
    choices,
    echo: body.echo === true,
    logprobs: typeof body.logprobs === 'number',
  };
}

/** The format of text completions. */
export class CompletionWriter implements AnswerWriter {
  readonly streamType = 'text/event-stream; charset=utf-8';
  readonly faultBytes;
  readonly #request: CompletionRequest;
  readonly #noise: Noise;
  readonly #envelope: JsonObject;

  constructor(model: string, request: CompletionRequest, noise: Noise) {
    this.#request = request;
    this.#noise = noise;
    this.#envelope = {
      id: `cmpl-${noise.text(29)}`,
      object: 'text_completion',
      created: Math.floor(Date.now() / 1000),
      model,
    };
    this.faultBytes = {
      error: failureInStream,
      garbage: 'data: {"id":"cmpl-1","object":"text_completion","choices":[{"text":"bro\n\n',
    };
  }

  headers(): Record<string, string> {
    return heads(this.#noise);
  }

  *events(answer: Answer): Generator<WireEvent> {
    const tokens = this.#tokens(answer);
    const indices = Array.from({ length: this.#request.choices }, (_, index) => index);
    for (const token of tokens) {
      for (const index of indices) yield { kind: 'content', bytes: this.#chunk([this.#choice(index, [token], null)]) };
    }
    for (const index of indices) yield { kind: 'finish', bytes: this.#chunk([this.#choice(index, [], finishOf(answer))]) };
    if (this.#request.includeUsage) yield { kind: 'finish', bytes: this.#chunk([], this.#usage(answer)) };
    yield { kind: 'done', bytes: 'data: [DONE]\n\n' };
  }

  whole(answer: Answer): JsonObject {
    const tokens = this.#tokens(answer);
    const choices = Array.from({ length: this.#request.choices }, (_, index) => this.#choice(index, tokens, finishOf(answer)));
    return { ...this.#envelope, choices, usage: this.#usage(answer) };
  }

  #tokens({ parts }: Answer): string[] {
    const tokens = parts.flatMap(({ kind, tokens }) => (kind === 'text' ? tokens : []));
    return this.#request.echo ? [this.#request.text, ...tokens] : tokens;
  }

  #choice(index: number, tokens: readonly string[], finish: string | null): JsonObject {
    return { text: tokens.join(''), index, logprobs: this.#logprobs(tokens), finish_reason: finish };
  }

  #chunk(choices: Json[], usage: Json = null): string {
    return `data: ${JSON.stringify({ ...this.#envelope, choices, ...(this.#request.includeUsage && { usage }) })}\n\n`;
  }

  #logprobs(tokens: readonly string[]): Json {
    if (!this.#request.logprobs || tokens.length === 0) return null;
    return {
      tokens: [...tokens],
      token_logprobs: tokens.map(() => -0.25),
      top_logprobs: tokens.map((token) => ({ [token]: -0.25 })),
      text_offset: tokens.map(() => this.#request.text.length),
    };
  }

  #usage({ usage: { input, output } }: Answer): JsonObject {
    const completion = output * this.#request.choices;
    return { prompt_tokens: input, completion_tokens: completion, total_tokens: input + completion };
  }
}

function finishOf({ end }: Answer): string {
  return end === 'length' ? 'length' : 'stop';
}
