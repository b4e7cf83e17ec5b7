import type { IncomingMessage } from 'node:http';

/** One request to an execution environment. */
export interface Invocation {
  readonly id: string;
  /** The event, as JSON. */
  readonly event: string;
  /** The runtime responds with a stream or with JSON. Resolves when everything has been read. */
  answer(response: IncomingMessage): Promise<void>;
  /** There will be no response, or no more of it. */
  fail(failure: InvocationFailure): void;
}

export type InvocationFailure =
  /** The handler threw before it responded. */
  | 'function-error'
  /** The process could not be started, or ended. */
  | 'crash'
  /** The process used more memory than the function has. */
  | 'out-of-memory'
  /** The timeout of the function has passed. */
  | 'timeout';
