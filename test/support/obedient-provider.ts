import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * A chat provider with one answer. It continues that answer if a request asks for it, and counts what it is asked for. A first
 * message with `cut@7` makes it close the connection after seven tokens, unless it continues.
 */
export interface ObedientProvider {
  /** The base URL of its OpenAI API. */
  readonly url: string;
  /** For each call the number of characters that were requested, in order. */
  readonly sent: readonly number[];
  /** Whether it continues an answer, or starts again every time. */
  obeys: boolean;
  close(): Promise<void>;
}

const request = /Your answer was cut off\..*exactly, ("(?:[^"\\]|\\.)*"), then/s;
const tokenCharacters = 4;

export async function obedientProvider(text: string, paceMs: number): Promise<ObedientProvider> {
  const sent: number[] = [];
  const server = createServer(async (incoming, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of incoming) pieces.push(piece as Buffer);
    const { messages } = JSON.parse(Buffer.concat(pieces).toString()) as { messages: { content: unknown }[] };
    const [, quoted] = request.exec(JSON.stringify(messages.at(-1)?.content ?? '').replace(/\\(["\\])/g, '$1')) ?? [];
    const at = quoted && provider.obeys ? text.indexOf(JSON.parse(quoted) as string) : 0;
    const answer = text.slice(Math.max(at, 0));
    sent.push(answer.length);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const chunk = (delta: object, finish: string | null = null, more: object = {}) => {
      const choices = [{ index: 0, delta, finish_reason: finish }];
      const whole = { id: 'c1', object: 'chat.completion.chunk', created: 1, model: 'm', choices, ...more };
      response.write(`data: ${JSON.stringify(whole)}\n\n`);
    };
    chunk({ role: 'assistant', content: '' });
    const [, cutAt] = /cut@(\d+)/.exec(JSON.stringify(messages[0])) ?? [];
    const cut = quoted || cutAt === undefined ? Number.POSITIVE_INFINITY : Number(cutAt) * tokenCharacters;
    for (let from = 0; from < answer.length && !response.destroyed; from += tokenCharacters) {
      if (from >= cut) return void response.destroy();
      chunk({ content: answer.slice(from, from + tokenCharacters) });
      await new Promise((resolve) => setTimeout(resolve, paceMs));
    }
    const tokens = Math.ceil(answer.length / tokenCharacters);
    chunk({}, 'stop');
    chunk({}, null, { choices: [], usage: { prompt_tokens: 7, completion_tokens: tokens, total_tokens: 7 + tokens } });
    response.end('data: [DONE]\n\n');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const provider: ObedientProvider = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    sent,
    obeys: true,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return provider;
}
