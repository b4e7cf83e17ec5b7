import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { EmulatedCall } from '../../lib/emulator/log.ts';
import type { JsonObject } from '../../lib/stream/json.ts';
import { objectOf, parsed } from '../support/truth/truth.ts';

/** What a provider answers, whatever it is sent. */
export interface Scripted {
  readonly status?: number;
  /** A whole body, or the events of a stream, each as JSON. */
  readonly body?: JsonObject;
  readonly events?: readonly JsonObject[];
  /** Ends the stream as OpenAI does. */
  readonly done?: true;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Where each provider is reached. */
export interface Addresses {
  readonly openaiUrl: string;
  readonly anthropicUrl: string;
  readonly bedrockUrl: string;
  readonly geminiUrl: string;
  serverUrl(server: string): string;
}

export interface ScriptedUpstream extends Addresses {
  /** The response to every request until it is replaced. */
  script(answer: Scripted): void;
  /** The calls since this was last called. */
  taken(): EmulatedCall[];
  close(): Promise<void>;
}

/** A server on loopback that has an answer ready before it is called. */
export async function scriptedUpstream(): Promise<ScriptedUpstream> {
  let answer: Scripted = {};
  let calls: EmulatedCall[] = [];
  const server = createServer(async (request, response) => {
    const bytes: Buffer[] = [];
    for await (const chunk of request) bytes.push(chunk as Buffer);
    const now = Date.now();
    calls.push({
      provider: 'openai',
      strict: false,
      method: request.method ?? '',
      path: request.url ?? '',
      httpVersion: request.httpVersion,
      headers: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)])),
      body: objectOf(parsed(Buffer.concat(bytes).toString())),
      startedAt: now,
      eventsSent: 0,
      finished: true,
      closedByClient: false,
    });
    const { status = 200, body, events = [], done, headers = {} } = answer;
    response.writeHead(status, { 'content-type': body ? 'application/json' : 'text/event-stream', ...headers });
    if (body) return response.end(JSON.stringify(body));
    const lines = events.map((event) => {
      const name = typeof event.type === 'string' ? `event: ${event.type}\n` : '';
      return `${name}data: ${JSON.stringify(event)}\n\n`;
    });
    return response.end(lines.join('') + (done ? 'data: [DONE]\n\n' : ''));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    openaiUrl: `${origin}/v1`,
    anthropicUrl: origin,
    bedrockUrl: origin,
    geminiUrl: `${origin}/v1beta`,
    serverUrl: (name) => `${origin}/servers/${name}/v1`,
    script: (next) => {
      answer = next;
    },
    taken: () => {
      const taken = calls;
      calls = [];
      return taken;
    },
    close: () => new Promise((resolve) => void server.close(() => resolve())),
  };
}
