import type { ClientDialect } from '../dialects/dialect.ts';
import type { Timeouts } from '../policy/deadlines.ts';
import type { Provider } from '../providers/provider.ts';
import { SluiceError } from '../stream/errors.ts';
import type { ModelRequest } from '../stream/request.ts';
import type { AnswerState } from './answer-state.ts';

/** One place an answer may come from. */
export interface Target {
  readonly provider: Provider;
  /** The model as the provider calls it. */
  readonly model: string;
  readonly timeouts: Timeouts;
  /** The model takes up its own turn where the request leaves it; unknown is no. */
  readonly prefill: boolean;
}

/** What a model's name stands for: where to ask, in order, and how hard to try. */
export interface Route {
  readonly name: string;
  readonly targets: readonly Target[];
  /** The whole answer, all attempts together, in milliseconds. */
  readonly totalMs: number;
  /** How often the same target is asked again. */
  readonly retries: number;
  /** After how long without content the next target is asked too, in milliseconds. */
  readonly hedgeAfterMs?: number;
  /** Hedge requests that ask for reasoning too. */
  readonly hedgesReasoning?: boolean;
  /** A plain-text answer that breaks off may be taken up by the next target. */
  readonly continueText: boolean;
}

/** One request on its way: who asks what, where it may be answered. */
export interface GatewayRequest {
  readonly request: ModelRequest;
  readonly client: ClientDialect;
  readonly route: Route;
  readonly requestId: string;
  /** Our own id for the answer. */
  readonly answerId: string;
  /** Seconds since 1970. */
  readonly created: number;
  /** Headers of the caller that go on to the provider; an allow-list of the function's. */
  readonly headers: Record<string, string>;
  /** Aborts when the caller leaves. */
  readonly signal: AbortSignal;
  /** Filled in as the answer goes on; the access log is written from it. */
  readonly answerState: AnswerState;
}

/** The reason given to everything that is stopped because the caller has left. */
export function clientDisconnected(cause?: unknown): SluiceError {
  return new SluiceError('client_closed', 'The client closed the connection.', { cause });
}
