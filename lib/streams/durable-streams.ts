import { randomBytes, randomUUID } from 'node:crypto';
import { SluiceError } from '../stream/errors.ts';
import type { Clock } from '../time/clock.ts';
import { timedOut } from '../time/timed-out.ts';
import { closeLost } from './close-lost.ts';
import { isDead, leaseMs } from './lease.ts';
import { lostEvents } from './lost-events.ts';
import { Production, type ProductionSettings } from './production.ts';
import { type LinkTerms, linkTerms } from './read-link.ts';
import { newAddress } from './stream-id.ts';
import type { StreamAddress, StreamHead } from './stream-log.ts';

/** What becomes of an answer whose client has left: it is finished, or cancelled where the host can see the client leave. */
export type WhenAbandoned = 'finish' | 'cancel';

export interface StreamsSettings extends ProductionSettings {
  readonly whenAbandoned: WhenAbandoned;
  /** How long a request without an idempotency key waits for the store before its answer is not stored, in milliseconds. */
  readonly unkeyedClaimMs: number;
}

/** A request that wants a durable answer. */
export interface ClaimRequest {
  readonly keyId: string;
  readonly idempotencyKey: string | undefined;
  readonly digest: string;
  /** How long the answer may take, in milliseconds. */
  readonly totalMs: number;
  /** Aborts the call of the provider. */
  readonly stop: (error: SluiceError) => void;
}

export interface DurableStreams {
  readonly settings: StreamsSettings;
  /**
   * A new stream for this request, or the head of the one that another request with the same idempotency key has begun.
   * Throws `idempotency_key_reused` where that was another request, and `streams_unavailable` where the store can't be
   * reached.
   */
  claim(request: ClaimRequest): Promise<Production | StreamHead>;
  /**
   * What a process that died stored of its answer to this request. To be called before `claim`, which starts again. Throws
   * `streams_unavailable`.
   */
  lost(
    request: Pick<ClaimRequest, 'keyId' | 'digest'> & { readonly idempotencyKey: string },
  ): Promise<readonly Uint8Array[] | undefined>;
  /** The stream of this address, for the key that created it. Throws `stream_not_found` for everyone else. */
  find(address: StreamAddress | undefined, keyId: string): Promise<StreamHead>;
  /** The stream of this address and what its link allows. Throws `stream_not_found` if the link isn't valid for it. */
  findByLink(
    address: StreamAddress | undefined,
    token: string,
  ): Promise<{ readonly head: StreamHead; readonly terms: LinkTerms }>;
}

/** Durable streams, once their code is loaded. */
export type LoadStreams = () => Promise<DurableStreams>;

const linkSecretBytes = 16;
/** How long a stream is kept after the longest time that its answer may take, in milliseconds. */
const keptMs = { withKey: 24 * 3_600_000, withoutKey: 3_600_000 };

export function createDurableStreams(settings: StreamsSettings): DurableStreams {
  const { log, now } = settings;

  async function headAt(address: StreamAddress | undefined): Promise<StreamHead | undefined> {
    const head = address && (await reach(() => log.head(address.id, now())));
    return head?.generation === address?.generation ? head : undefined;
  }

  return {
    settings,

    async claim({ keyId, idempotencyKey, digest, totalMs, stop }) {
      const time = now();
      const owner = randomUUID();
      const kept = idempotencyKey === undefined ? keptMs.withoutKey : keptMs.withKey;
      const address = newAddress(keyId, idempotencyKey);
      const times = { leaseUntil: time + leaseMs, expiresAt: time + totalMs + kept };
      const linkSecret = randomBytes(linkSecretBytes).toString('base64url');
      const claimed = { ...address, keyId, digest, linkSecret, owner, ...times };
      const claiming = log.claim(claimed, time);
      // Without a key the answer is more important than that it is stored.
      const limitMs = idempotencyKey === undefined ? settings.unkeyedClaimMs : Number.POSITIVE_INFINITY;
      let head = await reach(() => within(limitMs, claiming, settings.clock));
      if (isDead(head, time)) {
        // The client has sent the request again, so it doesn't have to learn first that the producer has died.
        const dead = head;
        await reach(() => closeLost(dead, settings));
        head = await reach(() => log.claim(claimed, time));
      }
      if (head.owner === owner) return new Production(head, settings, stop);
      if (head.digest === digest && head.keyId === keyId) return head;
      throw new SluiceError(
        'idempotency_key_reused',
        'This `Idempotency-Key` was used for another request. Send the same body again, or use a new key.',
        { param: 'Idempotency-Key' },
      );
    },

    lost({ keyId, digest, idempotencyKey }) {
      const { id } = newAddress(keyId, idempotencyKey);
      return reach(() => lostEvents({ id, keyId, digest }, settings));
    },

    async find(address, keyId) {
      const head = await headAt(address);
      if (head?.keyId === keyId) return head;
      throw streamNotFound();
    },

    async findByLink(address, token) {
      const head = await headAt(address);
      const terms = head && linkTerms(head, token, now());
      if (terms) return { head, terms };
      throw streamNotFound();
    },
  };
}

/** The same for every reason, so that nobody learns which ids exist. */
export function streamNotFound(): SluiceError {
  return new SluiceError('stream_not_found', 'There is no stream with this id. It may have expired.');
}

/** What the call gives. Throws `streams_unavailable` where the store can't be reached. */
export async function reach<Value>(call: () => Promise<Value>): Promise<Value> {
  try {
    return await call();
  } catch (cause) {
    if (cause instanceof SluiceError) throw cause;
    throw new SluiceError('streams_unavailable', 'The store of durable streams could not be reached. Try again in a moment.', {
      cause,
      retryAfterMs: 1000,
    });
  }
}

async function within<Value>(milliseconds: number, call: Promise<Value>, clock: Clock): Promise<Value> {
  if (milliseconds === Number.POSITIVE_INFINITY || !(await timedOut(call, milliseconds, clock))) return call;
  call.catch(() => {});
  throw new Error(`The store did not respond within ${milliseconds} ms.`);
}
