import type { JsonObject } from '../stream/json.ts';

/** One call that the emulator received. Updated while it is handled. Tests read it. */
export interface EmulatedCall {
  provider: 'openai' | 'anthropic' | 'bedrock' | 'gemini';
  /** The OpenAI-compatible server that was called, `mistral` or `groq`. Missing for OpenAI itself and other APIs. */
  server?: string;
  /** Requests for real models must satisfy the rules of those models. */
  strict: boolean;
  method: string;
  /** As received, including the query. */
  path: string;
  httpVersion: string;
  /** Names in lower case, including HTTP/2 pseudo-headers. */
  headers: Record<string, string>;
  /** The requested model and the body. Missing until the body has been read as JSON. */
  model?: string;
  body?: JsonObject;
  /** Milliseconds since 1970. */
  startedAt: number;
  /** When the response ended or its connection was lost, whichever came first. */
  endedAt?: number;
  /** The number of stream events written to the connection. */
  eventsSent: number;
  /** True if the whole response was sent, even an HTTP error. False if either side ended it early. */
  finished: boolean;
  /** The client disconnected before the end of the response. */
  closedByClient: boolean;
}

/** The calls of one emulator, oldest first. Keeps only the last thousand. */
export type EmulatorLog = readonly EmulatedCall[];

const maxCalls = 1000;

/** Adds `call` and drops the oldest ones. */
export function record(log: EmulatedCall[], call: EmulatedCall): void {
  log.push(call);
  if (log.length > maxCalls) log.shift();
}
