import type { ClientDialect, StoredAnswer } from '../dialects/dialect.ts';
import type { Requirements } from '../models/requirements.ts';
import type { Timeouts } from '../policy/deadlines.ts';
import type { Provider } from '../providers/provider.ts';
import { SluiceError } from '../stream/errors.ts';
import type { StreamEvent } from '../stream/events.ts';
import type { ModelRequest } from '../stream/request.ts';
import type { AnswerState } from './answer-state.ts';

/** One possible source of an answer. */
export interface Target {
  readonly provider: Provider;
  /** The provider's name of the model. */
  readonly model: string;
  /** The id of a model that tells its family, where its own doesn't: an inference profile's, a deployment's. */
  readonly modelFamily?: string;
  /** What the operator knows of this target. */
  readonly rules?: Requirements;
  readonly timeouts: Timeouts;
  /** True if the model continues its own turn at the end of a request. Default: false. */
  readonly prefill: boolean;
  /** Existing names that resemble this one, for a provider that has no such model. */
  readonly similar?: () => readonly string[];
}

/** What a model name stands for: the targets in order, and the policy. */
export interface Route {
  readonly name: string;
  readonly targets: readonly Target[];
  /** The timeout of the whole answer including all attempts, in milliseconds. */
  readonly totalMs: number;
  /** How often the same target is retried. */
  readonly retries: number;
  /** After how long without content the next target is started too, in milliseconds. */
  readonly hedgeAfterMs?: number;
  /** Hedge requests that ask for reasoning too. */
  readonly hedgesReasoning?: boolean;
  /** The next target may continue a plain-text answer that breaks. */
  readonly continueText: boolean;
}

/** One request: who sends what, and which targets can answer it. */
export interface GatewayRequest {
  readonly request: ModelRequest;
  readonly client: ClientDialect;
  readonly route: Route;
  readonly requestId: string;
  /** Our own id of the answer. */
  readonly answerId: string;
  /** Seconds since 1970. */
  readonly created: number;
  /** Client headers that are forwarded to the provider, from an allow-list of the function. */
  readonly headers: Record<string, string>;
  /** Aborts when the client disconnects. */
  readonly signal: AbortSignal;
  /** Set if the answer can be retrieved later by our id. */
  readonly stored?: StoredAnswer;
  /** What the client got of this answer from a process that died. Continued if the route allows it. */
  readonly lost?: readonly StreamEvent[];
  /** Updated during the answer. The access log is written from it. */
  readonly answerState: AnswerState;
}

/** The abort reason of everything that stops because the client has disconnected. */
export function clientDisconnected(cause?: unknown): SluiceError {
  return new SluiceError('client_closed', 'The client closed the connection.', { cause });
}
