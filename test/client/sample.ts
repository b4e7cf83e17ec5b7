import { dialects } from '../../lib/client/dialects.ts';
import type { DialectName } from '../../lib/client/index.ts';
import type { Served } from '../support/serve.ts';
import { bodyOf } from './ask.ts';

/** The bytes of a whole answer, as the server sends them in this dialect. */
export async function sample(served: Served, dialect: DialectName, model: string): Promise<Buffer> {
  const { path, body } = dialects[dialect];
  const requestBody = bodyOf(dialect, model);
  const answer = await served.post(path(requestBody), body(requestBody));
  if (!answer.ok) throw new Error(await answer.text());
  return Buffer.from(await answer.arrayBuffer());
}

/** A short answer of chat completions, of these pieces of text. */
export function chatAnswer(...texts: string[]): string {
  const chunk = (delta: object, reason: string | null = null) =>
    `data: ${JSON.stringify({ id: 'a1', model: 'm1', choices: [{ index: 0, delta, finish_reason: reason }] })}\n\n`;
  return [
    chunk({ role: 'assistant' }),
    ...texts.map((content) => chunk({ content })),
    chunk({}, 'stop'),
    'data: [DONE]\n\n',
  ].join('');
}
