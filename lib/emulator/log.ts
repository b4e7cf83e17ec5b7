import type { JsonObject } from '../stream/json.ts';

/** One call that the emulator was sent, kept up to date while it is answered; tests read it. */
export interface EmulatedCall {
  provider: 'openai' | 'anthropic' | 'bedrock' | 'gemini';
  /** The OpenAI-compatible server that was called, `mistral` or `groq`; absent for OpenAI itself and for other APIs. */
  server?: string;
  /** Requests for real models are held to what those accept. */
  strict: boolean;
  method: string;
  /** As it was sent, query included. */
  path: string;
  httpVersion: string;
  /** Names in lower case, HTTP/2 pseudo-headers included. */
  headers: Record<string, string>;
  /** The model and body that were asked for; absent until they have been read and were JSON. */
  model?: string;
  body?: JsonObject;
  /** Milliseconds since 1970. */
  startedAt: number;
  /** When the answer was over or its connection gone, whichever came first. */
  endedAt?: number;
  /** Events of a stream that were handed to the connection. */
  eventsSent: number;
  /** The answer went out whole, an HTTP error included; false for one that was broken off by either side. */
  finished: boolean;
  /** The client left before the answer was over. */
  closedByClient: boolean;
}

/** The calls of one emulator, oldest first; only the last thousand are kept. */
export type EmulatorLog = readonly EmulatedCall[];

const maxCalls = 1000;

/** Adds `call`, forgetting the oldest ones. */
export function record(log: EmulatedCall[], call: EmulatedCall): void {
  log.push(call);
  if (log.length > maxCalls) log.shift();
}
