import type { EmulatedCall } from '../../lib/emulator/log.ts';
import type { Emulator } from '../../lib/emulator/start.ts';
import type { Truth } from '../support/truth/truth.ts';
import { type Format, truthOf } from '../support/truth/truth-of.ts';

/** What an answer to each path is written in. */
const formats: [path: RegExp, format: Format][] = [
  [/\/chat\/completions/, 'openai-chat'],
  [/\/responses/, 'openai-responses'],
  [/\/messages/, 'anthropic-messages'],
  [/\/converse-stream/, 'bedrock-converse'],
  [/:streamGenerateContent/, 'gemini'],
];

/** The call that carried these words to a provider. */
export function callWith(emulator: Emulator, said: string): EmulatedCall {
  const calls = emulator.log.filter(({ body }) => JSON.stringify(body ?? null).includes(JSON.stringify(said).slice(1, -1)));
  const [call, ...more] = calls;
  if (!call || more.length > 0) throw new Error(`${calls.length} calls to a provider carried these words`);
  return call;
}

/** The provider's response to the same request without the gateway, read naively. Its answers never change. */
export async function upstreamTruth(emulator: Emulator, { path, body }: EmulatedCall): Promise<Truth> {
  const ofAnthropic = path.includes('/messages') && { 'anthropic-version': '2023-06-01' };
  const answer = await fetch(new URL(path, emulator.anthropicUrl), {
    method: 'POST',
    headers: { authorization: 'Bearer any', 'x-goog-api-key': 'any', 'content-type': 'application/json', ...ofAnthropic },
    body: JSON.stringify(body),
  });
  const format = formats.find(([pattern]) => pattern.test(path))?.[1];
  if (!format) throw new Error(`no format is known for ${path}`);
  return truthOf({ format, bytes: new Uint8Array(await answer.arrayBuffer()) });
}
