import type { DynamodbSettings } from '../aws/dynamodb.ts';
import { type Condition, type DynamodbTable, dynamodbTable, type Item } from '../aws/dynamodb-table.ts';
import { claimable, type StreamAddress, type StreamHead, type StreamLog, type StreamState } from './stream-log.ts';

/** Records that are removed at the same time. */
const removedAtOnce = 25;

/**
 * Streams in a DynamoDB table: an item for each head, and one for each record, whose key ends in its position. A
 * position that is written once makes a process that was taken over harmless: it can't write where its successor did.
 * `expiresAt` tells DynamoDB, in seconds, when to remove an item, which it does late.
 */
export function dynamodbLog(settings: DynamodbSettings): StreamLog {
  const table = dynamodbTable(settings);

  /** Changes a head on this condition. */
  const change = async ({ id, generation }: StreamAddress, attributes: Item, condition: Condition) => {
    const { expression, names = [], values } = condition;
    const item = await table.set(headKey(id), attributes, {
      expression: `#generation = :ofGeneration AND ${expression}`,
      names: ['generation', ...names],
      values: { ofGeneration: generation, ...values },
    });
    return item && headFrom(id, item);
  };

  return {
    async claim(stream, now) {
      const { id, expiresAt, ...members } = stream;
      const head: StreamHead = { ...stream, state: 'open', cancelRequested: false, tailedUntil: 0 };
      // The loop ends: a rejected claim returns the record that blocks it, unless it has been removed since.
      for (;;) {
        const item = { ...members, state: 'open', cancelRequested: false, tailedUntil: 0, expiresAt: inSeconds(expiresAt) };
        if (await table.put(headKey(id), item, freeBy(now))) return head;
        const standing = await table.get(headKey(id));
        if (standing) return headFrom(id, standing);
      }
    },

    async head(id, now) {
      const item = await table.get(headKey(id));
      const head = item && headFrom(id, item);
      return head && head.expiresAt > now ? head : undefined;
    },

    async append(head, position, record) {
      const { owner } = head;
      const pk = recordKey(head, position);
      const item = { owner, record, expiresAt: inSeconds(head.expiresAt) };
      if (await table.put(pk, item, { expression: 'attribute_not_exists(pk)' })) return true;
      // A call that broke off may have written it.
      return (await table.get(pk))?.owner === owner;
    },

    read: (address, position, most) => readRecords(table, address, position, most),

    renew: (head, leaseUntil) => change(head, { leaseUntil }, whileOwned(head)),

    takeOver(head, owner, leaseUntil) {
      const { expression, names = [], values } = whileOwned(head);
      return change(
        head,
        { owner, leaseUntil },
        {
          expression: `${expression} AND #leaseUntil = :read`,
          names: names.filter((name) => name !== 'owner'),
          values: { ...values, read: head.leaseUntil },
        },
      );
    },

    async close(head, state) {
      const condition = { expression: '#owner = :self', names: ['owner'], values: { self: head.owner } };
      return (await change(head, { state }, condition)) !== undefined;
    },

    async requestCancel(address) {
      await change(address, { cancelRequested: true }, whileOpen);
    },

    async markTailed(address, until) {
      await change(address, { tailedUntil: until }, whileOpen);
    },

    async erase(address) {
      for (let position = 0; ; position += removedAtOnce) {
        const found = await table.getMany(recordKeys(address, position, removedAtOnce));
        await Promise.all([...found.keys()].map((pk) => table.remove(pk)));
        if (found.size === 0) break;
      }
      const item = await table.get(headKey(address.id));
      if (item?.generation === address.generation) await table.remove(headKey(address.id));
    },
  };
}

async function readRecords(table: DynamodbTable, address: StreamAddress, position: number, most: number) {
  const records: Uint8Array[] = [];
  const keys = recordKeys(address, position, most);
  // Most reads come from a reader that follows the stream and lacks only the next record.
  const found = most === 1 ? new Map([[keys[0], await table.get(keys[0] ?? '')]]) : await table.getMany(keys);
  for (const key of keys) {
    const record = found.get(key)?.record;
    if (!(record instanceof Uint8Array)) break;
    records.push(record);
  }
  return records;
}

const whileOpen: Condition = { expression: '#state = :open', names: ['state'], values: { open: 'open' } };

function whileOwned({ owner }: StreamHead): Condition {
  return { expression: '#state = :open AND #owner = :self', names: ['state', 'owner'], values: { open: 'open', self: owner } };
}

/** There is no stream of this id, or one that may be claimed again. */
function freeBy(now: number): Condition {
  const states = Object.fromEntries(claimable.map((state) => [state, state]));
  return {
    expression: `attribute_not_exists(pk) OR #expiresAt <= :now OR #state IN (${claimable.map((state) => `:${state}`).join(', ')})`,
    names: ['expiresAt', 'state'],
    values: { now: Math.floor(now / 1000), ...states },
  };
}

function headFrom(id: string, item: Item): StreamHead {
  return {
    id,
    generation: String(item.generation),
    keyId: String(item.keyId),
    digest: String(item.digest),
    linkSecret: typeof item.linkSecret === 'string' ? item.linkSecret : '',
    owner: String(item.owner),
    leaseUntil: Number(item.leaseUntil),
    state: item.state as StreamState,
    cancelRequested: item.cancelRequested === true,
    tailedUntil: Number(item.tailedUntil),
    expiresAt: Number(item.expiresAt) * 1000,
  };
}

function headKey(id: string): string {
  return `stream#${id}`;
}

function recordKey({ id, generation }: StreamAddress, position: number): string {
  return `stream#${id}#${generation}#${position}`;
}

function recordKeys(address: StreamAddress, position: number, count: number): string[] {
  return Array.from({ length: count }, (_, index) => recordKey(address, position + index));
}

function inSeconds(milliseconds: number): number {
  return Math.ceil(milliseconds / 1000);
}
