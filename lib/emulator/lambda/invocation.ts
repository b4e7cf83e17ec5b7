import type { IncomingMessage } from 'node:http';

/** One request on its way through an execution environment. */
export interface Invocation {
  readonly id: string;
  /** The event, as JSON. */
  readonly event: string;
  /** The runtime answers, with a stream or with JSON; resolves when all of it has been read. */
  answer(response: IncomingMessage): Promise<void>;
  /** There will be no answer, or no more of it. */
  fail(failure: InvocationFailure): void;
}

export type InvocationFailure =
  /** The handler threw before it answered. */
  | 'function-error'
  /** The process could not be started, or ended. */
  | 'crash'
  /** The function's limit has passed. */
  | 'timeout';
