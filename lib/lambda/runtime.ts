import type { Context } from 'aws-lambda';

/** What Lambda's Node runtime gives a streaming handler, as far as it is used here. */
export interface LambdaRuntime {
  streamifyResponse(handler: StreamingHandler): StreamingHandler;
  readonly HttpResponseStream: {
    /** The same stream, which will put the prelude before its first byte. */
    from(stream: ResponseStream, prelude: Prelude): ResponseStream;
  };
}

/** What is thrown, once the prelude is out, breaks the caller's connection off; the environment goes on. */
export type StreamingHandler = (event: unknown, stream: ResponseStream, context: InvocationContext) => Promise<void>;

/**
 * Where the answer goes: a request to the Runtime API. Never to be destroyed, nor handed to `pipeline`, which destroys
 * it: the runtime then leaves a rejection that nobody hears, and the environment dies with it.
 */
export interface ResponseStream {
  write(piece: string | Uint8Array): boolean;
  end(): unknown;
  on(event: 'drain' | 'close' | 'error', listener: () => void): unknown;
  off(event: 'drain' | 'close' | 'error', listener: () => void): unknown;
}

/** What the handler reads of Lambda's context. */
export type InvocationContext = Pick<Context, 'awsRequestId' | 'getRemainingTimeInMillis'>;

/** Status and headers, in the form in which a function URL takes them. */
export interface Prelude {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  /** One for each `set-cookie`. */
  readonly cookies: readonly string[];
}
