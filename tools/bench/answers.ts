import { writeAwsEventStream } from '../../lib/wire/aws-event-stream.ts';
import type { Shape } from './shape.ts';

/** A dialect of the upstream. */
export type Upstream = 'openai' | 'anthropic' | 'bedrock';

/**
 * Occurs once in each token's text, unescaped in JSON, and nowhere else in an event, so tokens can be counted by it.
 */
export const tokenMark = '~';

/** The token texts of an answer, repeated. Some contain JSON escapes or two-byte UTF-8 characters. */
const texts = Array.from({ length: 61 }, (_, index) => {
  const special = ['\n', '"', 'é'][index % 16] ?? '';
  return ` ${tokenMark}${index.toString(36).padStart(2, 'q')}${special}`;
});

export const firstTokenText = texts[0]?.trim() ?? '';

export function textOfToken(index: number): string {
  return texts[index % texts.length] ?? '';
}

/** An answer in the provider's current format, with all of its fields. */
interface Form {
  readonly contentType: string;
  readonly opening: Uint8Array;
  token(text: string): Uint8Array;
  readonly closing: Uint8Array;
}

const chunk = (choices: unknown[], usage: unknown = null) =>
  Buffer.from(
    `data: ${JSON.stringify({
      id: 'chatcmpl-CqX2mTz8V0bnB4HtYkR7pLw3sEjDa',
      object: 'chat.completion.chunk',
      created: 1767225600,
      model: 'gpt-4o-mini-2024-07-18',
      service_tier: 'default',
      system_fingerprint: 'fp_5e1c0a9d72',
      choices,
      usage,
      obfuscation: 'k3Vb9QeT',
    })}\n\n`,
  );
const choice = (delta: unknown, finish_reason: string | null = null) => [{ index: 0, delta, logprobs: null, finish_reason }];

const message = (type: string, members: object = {}) =>
  Buffer.from(`event: ${type}\ndata: ${JSON.stringify({ type, ...members })}\n\n`);

const frame = (event: string, payload: object) =>
  Buffer.from(writeAwsEventStream({ event, data: JSON.stringify({ ...payload, p: 'abcdefghijklmnopqrstuvwxyzABCD' }) }));

const forms: Record<Upstream, Form> = {
  openai: {
    contentType: 'text/event-stream; charset=utf-8',
    opening: chunk(choice({ role: 'assistant', content: '', refusal: null })),
    token: (content) => chunk(choice({ content })),
    closing: Buffer.concat([
      chunk(choice({}, 'stop')),
      chunk([], { prompt_tokens: 40, completion_tokens: 400, total_tokens: 440 }),
      Buffer.from('data: [DONE]\n\n'),
    ]),
  },
  anthropic: {
    contentType: 'text/event-stream; charset=utf-8',
    opening: Buffer.concat([
      message('message_start', {
        message: {
          id: 'msg_01Vw8KcRz5TqYbN3dHfL6mXs',
          type: 'message',
          role: 'assistant',
          model: 'claude-sonnet-4-5-20250929',
          content: [],
          stop_reason: null,
          stop_sequence: null,
          usage: { input_tokens: 40, output_tokens: 1 },
        },
      }),
      message('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }),
      message('ping'),
    ]),
    token: (text) => message('content_block_delta', { index: 0, delta: { type: 'text_delta', text } }),
    closing: Buffer.concat([
      message('content_block_stop', { index: 0 }),
      message('message_delta', { delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens: 400 } }),
      message('message_stop'),
    ]),
  },
  bedrock: {
    contentType: 'application/vnd.amazon.eventstream',
    opening: frame('messageStart', { role: 'assistant' }),
    token: (text) => frame('contentBlockDelta', { contentBlockIndex: 0, delta: { text } }),
    closing: Buffer.concat([
      frame('contentBlockStop', { contentBlockIndex: 0 }),
      frame('messageStop', { stopReason: 'end_turn' }),
      frame('metadata', { usage: { inputTokens: 40, outputTokens: 400, totalTokens: 440 }, metrics: { latencyMs: 800 } }),
    ]),
  },
};

export function contentTypeOf(upstream: Upstream): string {
  return forms[upstream].contentType;
}

const rendered = new Map<string, readonly Uint8Array[]>();

/** The whole answer as the upstream writes it: the start, groups of tokens, the end. Rendered once. */
export function writesOf(upstream: Upstream, { tokens, tokensPerWrite }: Shape): readonly Uint8Array[] {
  const key = `${upstream} ${tokens} ${tokensPerWrite}`;
  const known = rendered.get(key);
  if (known) return known;
  const { opening, token, closing } = forms[upstream];
  const events = texts.map(token);
  const writes = [opening];
  for (let start = 0; start < tokens; start += tokensPerWrite) {
    const count = Math.min(tokensPerWrite, tokens - start);
    writes.push(Buffer.concat(Array.from({ length: count }, (_, offset) => events[(start + offset) % events.length] ?? opening)));
  }
  writes.push(closing);
  rendered.set(key, writes);
  return writes;
}
