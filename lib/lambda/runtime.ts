import type { Context } from 'aws-lambda';

/** The part of Lambda's Node runtime for streaming handlers that is used here. */
export interface LambdaRuntime {
  streamifyResponse(handler: StreamingHandler): StreamingHandler;
  readonly HttpResponseStream: {
    /** Returns the same stream, which will write the prelude before its first byte. */
    from(stream: ResponseStream, prelude: Prelude): ResponseStream;
  };
}

/** An error thrown after the prelude breaks the connection of the client. The environment survives. */
export type StreamingHandler = (event: unknown, stream: ResponseStream, context: InvocationContext) => Promise<void>;

/**
 * The response stream, a request to the Runtime API. Never destroy it, and never pass it to `pipeline`, which
 * destroys it. The runtime would then have an unhandled rejection, which ends the environment.
 */
export interface ResponseStream {
  write(piece: string | Uint8Array): boolean;
  end(): unknown;
  on(event: 'drain' | 'close' | 'error', listener: () => void): unknown;
  off(event: 'drain' | 'close' | 'error', listener: () => void): unknown;
}

/** The members of Lambda's context that the handler reads. */
export type InvocationContext = Pick<Context, 'awsRequestId' | 'getRemainingTimeInMillis'>;

/** Status and headers in the format of a function URL. */
export interface Prelude {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  /** One per `set-cookie`. */
  readonly cookies: readonly string[];
}
