import { AwsError } from '../aws/aws-error.ts';
import { type DynamodbSettings, dynamodbCalls } from '../aws/dynamodb.ts';
import { SluiceError } from '../stream/errors.ts';
import { keyItemKey, type StoredKey, storedKey } from './key-item.ts';
import type { KeyDirectory, WaitUntil } from './keys.ts';

export interface DynamodbKeysSettings extends DynamodbSettings {
  /**
   * Milliseconds since 1970. The wall clock, because the monotonic clock may stand still while an environment is frozen,
   * and a revoked key would then live longer than a minute.
   */
  readonly now: () => number;
  /** How many digests one environment remembers. Callers choose the digests, so there must be a bound. */
  readonly maxCached?: number;
  /** Called when the time of last use could not be written. */
  readonly onFailure: (reason: unknown) => void;
}

/** How long a record counts as current, in milliseconds. Creating and revoking a key takes effect within this time. */
export const keyCacheMs = 60_000;
/** The time of last use is written at most this often, in milliseconds, so that a busy key costs no writes. */
const lastUsedEveryMs = 3_600_000;

interface Cached {
  readonly readAt: number;
  readonly key: Promise<StoredKey | undefined>;
}

/**
 * The client keys in the table. Each digest is read once and remembered for a minute, also when there is no such key.
 * Requests that arrive during the read share it. When the table cannot be read and the minute has passed, nobody gets in.
 */
export function dynamodbKeys({ now, onFailure, maxCached = 10_000, ...settings }: DynamodbKeysSettings): KeyDirectory {
  const call = dynamodbCalls(settings);
  const cache = new Map<string, Cached>();

  async function read(sha256: string): Promise<StoredKey | undefined> {
    const { Item } = await call('GetItem', { Key: keyItemKey(sha256), ConsistentRead: true });
    return storedKey(sha256, Item);
  }

  async function markUsed({ sha256 }: StoredKey, at: number): Promise<void> {
    try {
      await call('UpdateItem', {
        Key: keyItemKey(sha256),
        UpdateExpression: 'SET lastUsed = :at',
        // Never creates an item: the key may have been deleted meanwhile.
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeValues: { ':at': { N: String(at) } },
      });
    } catch (thrown) {
      if (!(thrown instanceof AwsError && thrown.exception === 'ConditionalCheckFailedException')) onFailure(thrown);
    }
  }

  function lookUp(sha256: string, waitUntil: WaitUntil | undefined): Promise<StoredKey | undefined> {
    const readAt = now();
    const key = read(sha256);
    cache.delete(sha256);
    cache.set(sha256, { readAt, key });
    if (cache.size > maxCached) for (const oldest of cache.keys()) if (cache.delete(oldest)) break;
    key.then(
      (found) => {
        if (!found || readAt - (found.lastUsed ?? 0) < lastUsedEveryMs) return;
        const marked = markUsed(found, readAt);
        waitUntil?.(marked);
      },
      // A failure is not remembered: the next request reads again.
      () => cache.get(sha256)?.key === key && cache.delete(sha256),
    );
    return key;
  }

  return {
    async find(sha256, waitUntil) {
      const cached = cache.get(sha256);
      const age = now() - (cached?.readAt ?? 0);
      try {
        // A clock that was set back makes an entry look younger than it is, so a negative age is no age.
        return await (cached && age >= 0 && age < keyCacheMs ? cached.key : lookUp(sha256, waitUntil));
      } catch (cause) {
        throw new SluiceError('keys_unavailable', 'The API key could not be checked. Try again in a moment.', {
          cause,
          retryAfterMs: 1000,
        });
      }
    },
  };
}
