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

/** The kind of request: a completion, or a token count, which only counts as a request. */
export type LimitScope = 'answer' | 'count';

export interface Limits {
  /**
   * Reserves the limits of a key for a request and for the tokens that it may use, before any upstream request.
   * Throws `limits_unavailable` if the store can't be reached. Silently ignoring the limit could cause a large bill
   * at a public address, while an error is visible and can be retried. Throws `model_not_allowed` for a model without
   * a known price if the key has a budget.
   */
  reserve(key: KeyRecord, gatewayRequest: GatewayRequest, limitScope: LimitScope): Promise<RequestReservation>;
}

/** The reservation of one request. */
export interface RequestReservation {
  readonly allowances: Allowances;
  /** Why the request is rejected. Nothing is reserved then. */
  readonly refusal?: SluiceError;
  /** Returns the unused part. Call it once, however the request ends. Never rejects. */
  settle(answerState: AnswerState, cost: Cost | undefined): Promise<void>;
}

export interface LimitsSettings {
  readonly store: LimitStore;
  readonly pricing: Pricing;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Called if the unused part can't be returned. */
  readonly onFailure: (reason: unknown) => void;
}

/**
 * How much longer than its request a lease lasts, in milliseconds, because clocks differ and slow readers take
 * longer.
 */
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
 * The reservations of one request, in phases. The lease comes last, because a request that is rejected for its tokens
 * must not occupy a slot that another could use.
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
    const { serviceTier } = gatewayRequest.request.parameters;
    const usd = pricing.mostOf(gatewayRequest.route.targets, { input, output, serviceTier });
    if (usd === undefined) throw unpriced(gatewayRequest);
    windows.push(dayReservation(counting, dollarsPerDay, usd));
  }
  const leases =
    isAnswer && concurrentStreams !== undefined ? [leaseReservation(counting, concurrentStreams, gatewayRequest)] : [];
  return [windows, leases].filter((phase) => phase.length > 0);
}

/** One of the concurrent requests of a key. */
function leaseReservation({ store, keyId, now }: Counting, most: number, { requestId, route }: GatewayRequest): Reservation {
  const lease = { id: requestId, until: now() + route.totalMs + leaseMarginMs };
  return {
    async reserve() {
      try {
        return (await store.take(keyId, lease, most, now())) ? {} : { refusal: tooMany(most) };
      } catch (thrown) {
        // It may have been acquired anyway, and would block the key for as long as a request may take.
        await store.release(keyId, lease).catch(() => {});
        throw thrown;
      }
    },
    settle: () => store.release(keyId, lease),
  };
}

/**
 * The usage of a request. Each attempt that a provider worked on without reporting usage counts as its full
 * reservation: a timeout, a cut stream, the losing call of a hedge. Otherwise a key could spend without limit on
 * answers that never finish. An attempt that the provider rejected or never received used nothing.
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
