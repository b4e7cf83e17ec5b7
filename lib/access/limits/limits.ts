import { type AnswerState, unreportedAttempts } from '../../gateway/answer-state.ts';
import type { GatewayRequest } from '../../gateway/gateway-request.ts';
import type { Cost, Pricing } from '../../gateway/pricing.ts';
import type { Allowances } from '../../stream/allowances.ts';
import { SluiceError } from '../../stream/errors.ts';
import type { KeyRecord } from '../keys.ts';
import { estimateOf } from './estimate.ts';
import type { Reservation, Spent } from './reservation.ts';
import type { LimitStore } from './store.ts';
import { type Counting, dayReservation, minuteReservation } from './windows.ts';

/** What is asked for: an answer, or only a count, which is a request and nothing else. */
export type LimitScope = 'answer' | 'count';

export interface Limits {
  /**
   * Counts a request of a key, and as much as it may use, before anybody is asked. Throws `limits_unavailable` where
   * the store cannot be reached: a limit that silently stopped holding would turn a public address into a bill, while a
   * refusal is seen and can be tried again. Throws `model_not_allowed` for a model whose price is not known, where the
   * key has a budget.
   */
  reserve(key: KeyRecord, gatewayRequest: GatewayRequest, limitScope: LimitScope): Promise<RequestReservation>;
}

/** What was reserved for one request. */
export interface RequestReservation {
  readonly allowances: Allowances;
  /** Why the request is not to be answered; nothing is reserved then. */
  readonly refusal?: SluiceError;
  /** To be called once, however the answer has ended: gives back what was not used. Never rejects. */
  settle(answerState: AnswerState, cost: Cost | undefined): Promise<void>;
}

export interface LimitsSettings {
  readonly store: LimitStore;
  readonly pricing: Pricing;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Told when something could not be given back. */
  readonly onFailure: (reason: unknown) => void;
}

/** How much longer than its answer a lease lasts, in milliseconds: clocks differ, and a slow reader reads on. */
const leaseMarginMs = 20_000;

const unlimited: RequestReservation = { allowances: {}, settle: async () => {} };

export function createLimits({ store, pricing, now, onFailure }: LimitsSettings): Limits {
  return {
    async reserve(key, gatewayRequest, limitScope) {
      const phases = reservationsFor(key, gatewayRequest, limitScope, { store, keyId: key.id, now }, pricing);
      if (phases.length === 0) return unlimited;
      const reserved: Reservation[] = [];
      const allowances: Allowances = {};
      const settle = async (spent: Spent | 'refused') => {
        const settled = await Promise.allSettled(reserved.map((reservation) => reservation.settle(spent)));
        for (const one of settled) if (one.status === 'rejected') onFailure(one.reason);
      };
      for (const phase of phases) {
        const outcomes = await Promise.allSettled(phase.map((reservation) => reservation.reserve()));
        let refusal: SluiceError | undefined;
        for (const [index, outcome] of outcomes.entries()) {
          const reservation = phase[index];
          if (outcome.status === 'rejected' || !reservation) continue;
          Object.assign(allowances, outcome.value.allowances);
          if (outcome.value.refusal) refusal ??= outcome.value.refusal;
          else reserved.push(reservation);
        }
        const failed = outcomes.find((outcome) => outcome.status === 'rejected');
        if (failed || refusal) await settle('refused');
        if (failed) throw unavailable(failed.reason);
        if (refusal) return { allowances, refusal, settle: () => Promise.resolve() };
      }
      return { allowances, settle: (answerState, cost) => settle(spentOn(answerState, cost)) };
    },
  };
}

/**
 * The reservations of one request, in phases. A lease is taken last: a request that is refused for its tokens must not
 * hold a place that another could use.
 */
function reservationsFor(
  key: KeyRecord,
  gatewayRequest: GatewayRequest,
  limitScope: LimitScope,
  counting: Counting,
  pricing: Pricing,
): Reservation[][] {
  const { requestsPerMinute, tokensPerMinute, concurrentStreams, dollarsPerDay } = key.limits ?? {};
  const isAnswer = limitScope === 'answer';
  const needsEstimate = isAnswer && (tokensPerMinute !== undefined || dollarsPerDay !== undefined);
  const { input, output } = needsEstimate ? estimateOf(gatewayRequest) : { input: 0, output: 0 };
  const windows: Reservation[] = [];
  if (requestsPerMinute !== undefined || tokensPerMinute !== undefined) {
    const limits = {
      ...(requestsPerMinute !== undefined && { requests: requestsPerMinute }),
      ...(tokensPerMinute !== undefined && { tokens: tokensPerMinute }),
    };
    windows.push(minuteReservation(counting, limits, tokensPerMinute === undefined ? 0 : input + output));
  }
  if (isAnswer && dollarsPerDay !== undefined) {
    const usd = pricing.mostOf(gatewayRequest.route.targets, { input, output });
    if (usd === undefined) throw unpriced(gatewayRequest);
    windows.push(dayReservation(counting, dollarsPerDay, usd));
  }
  const leases =
    isAnswer && concurrentStreams !== undefined ? [leaseReservation(counting, concurrentStreams, gatewayRequest)] : [];
  return [windows, leases].filter((phase) => phase.length > 0);
}

/** One of the answers that a key may have in progress. */
function leaseReservation({ store, keyId, now }: Counting, most: number, { requestId, route }: GatewayRequest): Reservation {
  const lease = { id: requestId, until: now() + route.totalMs + leaseMarginMs };
  return {
    async reserve() {
      try {
        return (await store.take(keyId, lease, most, now())) ? {} : { refusal: tooMany(most) };
      } catch (thrown) {
        // It may have been taken all the same, and would be in the key's way for as long as an answer may last.
        await store.release(keyId, lease).catch(() => {});
        throw thrown;
      }
    },
    settle: () => store.release(keyId, lease),
  };
}

/**
 * What an answer used. Each attempt that a provider worked on without reporting usage counts as reserved: a timeout, a
 * cut, the losing call of a hedge. Otherwise a key could spend without limit on answers that never finish. An attempt
 * that the provider refused, or that never reached it, used nothing.
 */
function spentOn(answerState: AnswerState, cost: Cost | undefined): Spent {
  const { end } = answerState;
  const unreported = unreportedAttempts(answerState);
  if (end?.type !== 'finish') return { tokens: 0, usd: 0, unreported };
  const { input, output } = end.usage;
  return {
    ...(input !== undefined && output !== undefined && { tokens: input + output }),
    ...(cost && { usd: cost.usd }),
    unreported,
  };
}

function tooMany(most: number): SluiceError {
  return new SluiceError(
    'key_rate_limit_exceeded',
    `This API key may have at most ${most} requests in progress. Try again when one of them has finished.`,
  );
}

function unpriced({ route }: GatewayRequest): SluiceError {
  return new SluiceError(
    'model_not_allowed',
    `This API key has a budget, but the model \`${route.name}\` has no configured price, so the key can't use it.`,
    { param: 'model' },
  );
}

function unavailable(cause: unknown): SluiceError {
  return new SluiceError('limits_unavailable', 'Sluice could not check the limits of this API key. Try again in a moment.', {
    cause,
    retryAfterMs: 1000,
  });
}
