import { keyItem, keyItemKey, type StoredKey, storedKey } from '../../lib/access/key-item.ts';
import { keyDigest } from '../../lib/access/keys.ts';
import { AwsError } from '../../lib/aws/aws-error.ts';
import { attributeValue, type DynamodbSettings, dynamodbCalls, itemKey } from '../../lib/aws/dynamodb.ts';
import { isObject, type JsonObject } from '../../lib/stream/json.ts';
import type { KeyBook } from './key-book.ts';
import { didYouMean, KeysError } from './keys-error.ts';

/** Ids are spread over this many items, since an item holds 400 KB. */
const shards = 16;
/** How many records are read at the same time. */
const readAtOnce = 100;

/**
 * The keys in the stack's table. The record of a key is an item under its digest, which functions read. Items that
 * functions never read list the digests of each id. They make ids unique and the list cheap. The id is written first,
 * so a crash leaves an id without a key.
 */
export function tableBook(settings: DynamodbSettings): KeyBook {
  const call = dynamodbCalls(settings);

  async function digestsById(): Promise<Map<string, string[]>> {
    const items = await Promise.all(
      Array.from({ length: shards }, (_, shard) => call('GetItem', { Key: itemKey(shardKey(shard)), ConsistentRead: true })),
    );
    const found = new Map<string, string[]>();
    for (const { Item } of items) {
      for (const [name, value] of Object.entries(isObject(Item) ? Item : {})) {
        const digests = attributeValue(value, 'SS');
        if (!name.startsWith(idPrefix) || !Array.isArray(digests)) continue;
        found.set(
          name.slice(idPrefix.length),
          digests.filter((digest) => typeof digest === 'string'),
        );
      }
    }
    return found;
  }

  /** Adds a digest to an id, a new one where `isNew`. */
  async function addDigest(id: string, sha256: string, isNew: boolean): Promise<void> {
    await call('UpdateItem', {
      Key: itemKey(shardKey(Number.parseInt(keyDigest(id).slice(0, 8), 16) % shards)),
      UpdateExpression: 'ADD #id :digest',
      ConditionExpression: `attribute_${isNew ? 'not_exists' : 'exists'}(#id)`,
      ExpressionAttributeNames: { '#id': `${idPrefix}${id}` },
      ExpressionAttributeValues: { ':digest': { SS: [sha256] } },
    });
  }

  async function read(sha256: string): Promise<StoredKey | undefined> {
    const { Item } = await call('GetItem', { Key: keyItemKey(sha256), ConsistentRead: true });
    return storedKey(sha256, Item);
  }

  async function keysOf(command: string, id: string): Promise<StoredKey[]> {
    const byId = await digestsById();
    const digests = byId.get(id);
    if (digests) return (await Promise.all(digests.map(read))).filter((key) => key !== undefined);
    const ids = [...byId.keys()].map((known) => ({ id: known }));
    throw new KeysError(`${command}: expected the id of a key in the table, found ${JSON.stringify(id)}${didYouMean(id, ids)}`);
  }

  async function change(sha256: string, expression: string, values: JsonObject): Promise<void> {
    await call('UpdateItem', {
      Key: keyItemKey(sha256),
      UpdateExpression: expression,
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeValues: values,
    });
  }

  async function add(key: StoredKey): Promise<void> {
    await call('PutItem', { Item: keyItem(key), ConditionExpression: 'attribute_not_exists(pk)' });
  }

  return {
    place: `the table ${settings.table}`,
    effective: 'within a minute, without a deployment',
    async list() {
      const digests = [...(await digestsById()).values()].flat();
      const keys: (StoredKey | undefined)[] = [];
      for (let from = 0; from < digests.length; from += readAtOnce) {
        keys.push(...(await Promise.all(digests.slice(from, from + readAtOnce).map(read))));
      }
      return keys.filter((key) => key !== undefined);
    },
    async create(key) {
      try {
        await addDigest(key.id, key.sha256, true);
      } catch (thrown) {
        if (!(thrown instanceof AwsError && thrown.exception === 'ConditionalCheckFailedException')) throw thrown;
        throw new KeysError(`expected an unused id, found ${JSON.stringify(key.id)}. A revoked key keeps its id`);
      }
      await add(key);
    },
    async revoke(id) {
      for (const { sha256 } of await keysOf('revoke', id)) {
        await change(sha256, 'SET disabled = :true', { ':true': { BOOL: true } });
      }
    },
    async rotate(id, sha256, until) {
      const current = (await keysOf('rotate', id)).filter(
        ({ disabled, expires }) => !disabled && (expires ?? until) > Date.now(),
      );
      const [newest] = [...current].sort((a, b) => (b.created ?? 0) - (a.created ?? 0));
      if (!newest) throw new KeysError(`rotate: ${JSON.stringify(id)} has no valid key. Create one under another id`);
      await addDigest(id, sha256, false);
      const { lastUsed: _, ...record } = newest;
      await add({ ...record, sha256, created: Date.now() });
      for (const old of current) {
        const ends = Math.min(old.expires ?? until, until);
        await change(old.sha256, 'SET expires = :ends', { ':ends': { N: String(ends) } });
      }
      return until;
    },
  };
}

const idPrefix = 'id:';

function shardKey(shard: number): string {
  return `keys#${shard}`;
}
