import { anthropic } from './anthropic.ts';
import { bedrock } from './bedrock.ts';
import { credentials } from './credentials.ts';
import { Exchange } from './exchange.ts';
import { type HttpRequest, openFrontDoor } from './front-door.ts';
import { gemini } from './gemini.ts';
import { type EmulatedCall, type EmulatorLog, record } from './log.ts';
import { Noise } from './noise.ts';
import { openai } from './openai.ts';
import { Refusal } from './refusal.ts';
import type { EmulatedProvider } from './serve.ts';

/** The embedded providers on one loopback port. */
export interface Emulator {
  /** Base URLs in the form of the providers' own clients. */
  readonly openaiUrl: string;
  readonly anthropicUrl: string;
  readonly bedrockUrl: string;
  readonly geminiUrl: string;
  /** The base URL of an OpenAI-compatible server by the name of its preset. It rejects what that server rejects. */
  serverUrl(server: string): string;
  /** The only AWS credentials that its Bedrock accepts. */
  readonly credentials: typeof credentials;
  readonly log: EmulatorLog;
  /** Breaks every connection and frees the port. */
  close(): Promise<void>;
}

export interface EmulatorOptions {
  /** Milliseconds per token. Default 30, 0 in tests. */
  readonly paceMs?: number;
  /** Applies the rules of real models and providers to requests for real model names. */
  readonly strict?: boolean;
}

const providers: Record<EmulatedCall['provider'], EmulatedProvider> = { openai, anthropic, bedrock, gemini };

/** Starts the embedded providers on a free port of 127.0.0.1. They need no account, no key and no network. */
export async function startEmulator({ paceMs = 30, strict = false }: EmulatorOptions = {}): Promise<Emulator> {
  const log: EmulatedCall[] = [];
  let calls = 0;
  const door = await openFrontDoor((request, response) => {
    const call = callOf(request, strict);
    record(log, call);
    void serve(new Exchange(request, response, call), new Noise(calls++), paceMs);
  });
  const origin = `http://127.0.0.1:${door.port}`;
  return {
    openaiUrl: `${origin}/v1`,
    anthropicUrl: origin,
    bedrockUrl: origin,
    geminiUrl: `${origin}/v1beta`,
    serverUrl: (server) => `${origin}/servers/${server}/v1`,
    credentials,
    log,
    close: door.close,
  };
}

async function serve(exchange: Exchange, noise: Noise, paceMs: number): Promise<void> {
  const provider = providers[exchange.call.provider];
  try {
    await provider.handle(exchange, noise, paceMs);
  } catch (thrown) {
    if (exchange.gone) return;
    if (exchange.opened) exchange.cut();
    else provider.refuse(exchange, thrown instanceof Refusal ? thrown : new Refusal(500, String(thrown)), noise);
  }
}

function callOf(request: HttpRequest, strict: boolean): EmulatedCall {
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, [value].flat().join(', ')]));
  const path = request.url ?? '/';
  const [, server] = /^\/servers\/([^/]+)\//.exec(path) ?? [];
  return {
    provider: providerOf(path, headers),
    ...(server !== undefined && { server }),
    strict,
    method: request.method ?? 'GET',
    path,
    httpVersion: request.httpVersion,
    headers,
    startedAt: Date.now(),
    eventsSent: 0,
    finished: false,
    closedByClient: false,
  };
}

/** The API of a path. Two APIs share the path of the model list, so the header that one of them requires decides. */
function providerOf(path: string, headers: Record<string, string>): EmulatedCall['provider'] {
  if (path.startsWith('/model/') || path.startsWith('/openai/v1/')) return 'bedrock';
  if (path.startsWith('/v1beta/')) return 'gemini';
  return path.startsWith('/v1/messages') || headers['anthropic-version'] !== undefined ? 'anthropic' : 'openai';
}
