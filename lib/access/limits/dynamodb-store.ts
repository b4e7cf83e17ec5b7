import { AwsError } from '../../aws/aws-error.ts';
import { attributeValue, type DynamodbSettings, dynamodbCalls, itemKey, type RetryWhen } from '../../aws/dynamodb.ts';
import { isObject, type JsonObject } from '../../stream/json.ts';
import { type Amounts, type Counted, countedIn, type LimitStore, type Window } from './store.ts';

/** How long an item is kept after its window, and at least after its last lease was acquired, in milliseconds. */
const keptMs = 86_400_000;

const counted: readonly Counted[] = ['requests', 'tokens', 'nanodollars'];

/**
 * A store for all processes that share a table. It has one item per key and window, changed by conditional updates,
 * so no two updates interleave. A failed call is retried once and may then count twice. That never exceeds a limit. A
 * call that subtracts is only retried if it certainly had no effect. Throws an AwsError if the table can't be
 * reached.
 */
export function dynamodbStore(settings: DynamodbSettings): LimitStore {
  const call = dynamodbCalls(settings);

  const update = async ({ pk, ...change }: Update, retryWhen?: RetryWhen): Promise<JsonObject | undefined> => {
    try {
      const { Attributes } = await call('UpdateItem', { Key: itemKey(pk), ReturnValues: 'ALL_NEW', ...change }, retryWhen);
      return isObject(Attributes) ? Attributes : {};
    } catch (thrown) {
      if (thrown instanceof AwsError && thrown.exception === 'ConditionalCheckFailedException') return undefined;
      throw thrown;
    }
  };

  const read = async (pk: string): Promise<JsonObject> => {
    const { Item } = await call('GetItem', { Key: itemKey(pk), ConsistentRead: true });
    return isObject(Item) ? Item : {};
  };

  return {
    async add(window, amounts, limits) {
      const pk = windowKey(window);
      const fits = countedIn(amounts).every(([name, amount]) => amount <= (limits[name] ?? Number.POSITIVE_INFINITY));
      const changed = fits ? await update({ pk, ...addition(window, amounts, limits) }) : undefined;
      return { accepted: changed !== undefined, totals: totalsIn(changed ?? (await read(pk))) };
    },

    async correct(window, amounts) {
      const takesOff = countedIn(amounts).some(([, amount]) => amount < 0);
      await update({ pk: windowKey(window), ...addition(window, amounts, {}) }, takesOff ? isThrottled : isTransient);
    },

    async take(keyId, { id, until }, most, now) {
      const pk = leasesKey(keyId);
      const own = leaseText(id, until);
      const taking: Update = {
        pk,
        UpdateExpression: 'ADD #leases :lease SET #expiresAt = :expiresAt',
        // A failed call may have acquired the lease. The retry must recognize it instead of being blocked by it.
        ConditionExpression: 'attribute_not_exists(#leases) OR size(#leases) < :most OR contains(#leases, :own)',
        ExpressionAttributeNames: { '#leases': 'leases', '#expiresAt': 'expiresAt' },
        ExpressionAttributeValues: {
          ':lease': { SS: [own] },
          ':own': { S: own },
          ':most': { N: String(most) },
          ':expiresAt': { N: inSeconds(until + keptMs) },
        },
      };
      // Terminates, because an expired lease is removed for good, and without expired leases there is nothing to do.
      for (;;) {
        if (await update(taking)) return true;
        const expired = leasesIn(await read(pk)).filter((lease) => Number(lease.split(' ', 1)[0]) <= now);
        if (expired.length === 0) return false;
        await update({ pk, ...removal(expired) });
      }
    },

    async release(keyId, { id, until }) {
      await update({ pk: leasesKey(keyId), ...removal([leaseText(id, until)]) });
    },
  };
}

const isTransient: RetryWhen = (failure) => failure.isTransient;
const isThrottled: RetryWhen = (failure) => failure.isThrottled;

/** An UpdateItem without its table. */
interface Update extends JsonObject {
  readonly pk: string;
}

function addition({ end }: Window, amounts: Amounts, limits: Amounts): JsonObject {
  const names: JsonObject = { '#expiresAt': 'expiresAt' };
  const values: JsonObject = { ':expiresAt': { N: inSeconds(end + keptMs) } };
  const conditions: string[] = [];
  for (const [name, amount] of countedIn(amounts)) {
    names[`#${name}`] = name;
    values[`:${name}`] = { N: String(amount) };
    const limit = limits[name];
    if (limit === undefined) continue;
    values[`:most_${name}`] = { N: String(limit - amount) };
    conditions.push(`(attribute_not_exists(#${name}) OR #${name} <= :most_${name})`);
  }
  return {
    UpdateExpression: `ADD ${countedIn(amounts)
      .map(([name]) => `#${name} :${name}`)
      .join(', ')} SET #expiresAt = :expiresAt`,
    ...(conditions.length > 0 && { ConditionExpression: conditions.join(' AND ') }),
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: values,
  };
}

/** Removing a missing element from a set does nothing, so this may run twice. */
function removal(leases: string[]): JsonObject {
  return {
    UpdateExpression: 'DELETE #leases :leases',
    ExpressionAttributeNames: { '#leases': 'leases' },
    ExpressionAttributeValues: { ':leases': { SS: leases } },
  };
}

function totalsIn(item: JsonObject): Amounts {
  const totals: Amounts = {};
  for (const name of counted) {
    const sum = attributeValue(item[name], 'N');
    if (typeof sum === 'string') totals[name] = Number(sum);
  }
  return totals;
}

function leasesIn(item: JsonObject): string[] {
  const leases = attributeValue(item.leases, 'SS');
  return Array.isArray(leases) ? leases.filter((lease) => typeof lease === 'string') : [];
}

function leaseText(id: string, until: number): string {
  return `${until} ${id}`;
}

function windowKey({ keyId, span, start }: Window): string {
  return `limits#${keyId}#${span}#${new Date(start).toISOString()}`;
}

function leasesKey(keyId: string): string {
  return `limits#${keyId}#answers`;
}

function inSeconds(milliseconds: number): string {
  return String(Math.ceil(milliseconds / 1000));
}
