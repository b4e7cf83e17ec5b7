import type { JsonObject } from '../../lib/stream/json.ts';
import { type CheckedDialect, check, type Reading } from '../support/checker/check.ts';
import type { CheckOptions } from '../support/checker/check-options.ts';
import { listOf, objectOf, textOf } from '../support/truth/truth.ts';

/** A surface of ours: its path, a body that requests a stream, and the form of its errors. */
export interface Surface {
  readonly name: string;
  readonly path: string;
  readonly dialect: CheckedDialect;
  body(model: string, said?: string, more?: JsonObject): JsonObject;
  /** The text of a whole answer. */
  text(body: JsonObject): string;
  /** The error in a body, however this dialect nests it. */
  told(body: JsonObject): { message: string; code?: string; type?: string };
}

const messagesOf = (said: string) => [{ role: 'user', content: said }];

export const chat: Surface = {
  name: 'chat completions',
  path: '/v1/chat/completions',
  dialect: 'openai-chat',
  body: (model, said = 'Hello there', more = {}) => ({ model, stream: true, messages: messagesOf(said), ...more }),
  text: ({ choices }) => textOf(objectOf(listOf(choices)[0]?.message).content),
  told: (body) => body.error as { message: string; code: string; type: string },
};

export const messages: Surface = {
  name: 'messages',
  path: '/v1/messages',
  dialect: 'anthropic-messages',
  body: (model, said = 'Hello there', more = {}) => ({
    model,
    stream: true,
    max_tokens: 500,
    messages: messagesOf(said),
    ...more,
  }),
  text: ({ content }) => textOf(listOf(content)[0]?.text),
  told: (body) => body.error as { message: string; type: string },
};

export const completions: Surface = {
  name: 'text completions',
  path: '/v1/completions',
  dialect: 'openai-completions',
  body: (model, said = 'Hello there', more = {}) => ({ model, stream: true, max_tokens: 500, prompt: said, ...more }),
  text: ({ choices }) => textOf(listOf(choices)[0]?.text),
  told: chat.told,
};

export const complete: Surface = {
  name: 'text completions of Anthropic',
  path: '/v1/complete',
  dialect: 'anthropic-complete',
  body: (model, said = 'Hello there', more = {}) => ({ model, stream: true, max_tokens_to_sample: 500, prompt: said, ...more }),
  text: ({ completion }) => textOf(completion),
  told: messages.told,
};

/** Prediction Guard's form: the path without `/v1`, and errors as text. */
export const predictionGuard: Surface = {
  ...chat,
  name: 'Prediction Guard',
  path: '/chat/completions',
  told: (body) => ({ message: body.error as string }),
};

export const surfaces: readonly Surface[] = [chat, completions, messages, complete, predictionGuard];

export const providers = ['demo/openai', 'demo/anthropic', 'demo/bedrock', 'demo/gemini'] as const;

/** Reads a whole answer, and holds it to the byte contract of its surface. */
export async function readChecked(
  { dialect }: Surface,
  answer: Response,
  options: CheckOptions = {},
): Promise<Reading & { raw: string }> {
  const bytes = Buffer.from(await answer.arrayBuffer());
  return { ...check(dialect, bytes, options), raw: bytes.toString() };
}
