import { isObject, type Json, type JsonObject } from '../stream/json.ts';
import { AwsError } from './aws-error.ts';
import { type DynamodbSettings, dynamodbCalls, itemKey } from './dynamodb.ts';

/** An item or a part of one. Numbers are doubles, bytes are binary. */
export type Item = Readonly<Record<string, string | number | boolean | Uint8Array>>;

/** When a change is made: an expression over `#names` and `:values`. */
export interface Condition {
  readonly expression: string;
  /** Attributes that the expression mentions as `#name` and the change doesn't. */
  readonly names?: readonly string[];
  /** What the expression mentions as `:name`. */
  readonly values?: Item;
}

/**
 * A DynamoDB table by its single items. Each call is made once more after a failure that may pass. All reject with an
 * AwsError where the table can't be reached.
 */
export interface DynamodbTable {
  get(pk: string): Promise<Item | undefined>;
  /** Of these keys the items that there are, by key. Eventually consistent, and DynamoDB may leave some out when it is busy. */
  getMany(pks: readonly string[]): Promise<ReadonlyMap<string, Item>>;
  /** `false` where the condition doesn't hold. */
  put(pk: string, item: Item, condition: Condition): Promise<boolean>;
  /** Sets these attributes. Returns the whole item, or `undefined` where the condition doesn't hold. */
  set(pk: string, attributes: Item, condition: Condition): Promise<Item | undefined>;
  remove(pk: string): Promise<void>;
}

export function dynamodbTable(settings: DynamodbSettings): DynamodbTable {
  const call = dynamodbCalls(settings);
  const { table } = settings;

  /** `undefined` where the condition of the call doesn't hold. */
  const conditionally = async (operation: string, body: JsonObject): Promise<JsonObject | undefined> => {
    try {
      return await call(operation, body);
    } catch (thrown) {
      if (thrown instanceof AwsError && thrown.exception === 'ConditionalCheckFailedException') return undefined;
      throw thrown;
    }
  };

  return {
    async get(pk) {
      const { Item: found } = await call('GetItem', { Key: itemKey(pk), ConsistentRead: true });
      return isObject(found) ? fromWire(found) : undefined;
    },

    async getMany(pks) {
      // This operation names its tables elsewhere.
      const tables = { TableName: undefined, RequestItems: { [table]: { Keys: pks.map(itemKey) } } };
      const { Responses } = await call('BatchGetItem', tables);
      const items = (isObject(Responses) ? Responses[table] : undefined) ?? [];
      const found = Array.isArray(items) ? items.filter(isObject).map(fromWire) : [];
      return new Map(found.map((item) => [String(item.pk), item]));
    },

    async put(pk, item, condition) {
      return (await conditionally('PutItem', { Item: toWire({ pk, ...item }), ...conditionToWire(condition, []) })) !== undefined;
    },

    async set(pk, attributes, condition) {
      const names = Object.keys(attributes);
      const changed = await conditionally('UpdateItem', {
        Key: itemKey(pk),
        UpdateExpression: `SET ${names.map((name) => `#${name} = :${name}`).join(', ')}`,
        ReturnValues: 'ALL_NEW',
        ...conditionToWire({ ...condition, values: { ...attributes, ...condition.values } }, names),
      });
      return isObject(changed?.Attributes) ? fromWire(changed.Attributes) : undefined;
    },

    async remove(pk) {
      await call('DeleteItem', { Key: itemKey(pk) });
    },
  };
}

function conditionToWire({ expression, names = [], values = {} }: Condition, others: readonly string[]): JsonObject {
  const named = [...others, ...names].map((name) => [`#${name}`, name]);
  const valued = Object.entries(toWire(values)).map(([name, value]) => [`:${name}`, value]);
  return {
    ConditionExpression: expression,
    ...(named.length > 0 && { ExpressionAttributeNames: Object.fromEntries(named) }),
    ...(valued.length > 0 && { ExpressionAttributeValues: Object.fromEntries(valued) }),
  };
}

function toWire(item: Item): JsonObject {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, valueToWire(value)]));
}

function valueToWire(value: Item[string]): JsonObject {
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'number') return { N: String(value) };
  if (typeof value === 'boolean') return { BOOL: value };
  return { B: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64') };
}

/** Attributes of other types are left out: nobody here writes them. */
function fromWire(item: JsonObject): Item {
  const values = Object.entries(item).map(([name, value]) => [name, valueFromWire(value)] as const);
  return Object.fromEntries(values.filter((entry): entry is [string, Item[string]] => entry[1] !== undefined));
}

function valueFromWire(value: Json | undefined): Item[string] | undefined {
  if (!isObject(value)) return undefined;
  if (typeof value.S === 'string') return value.S;
  if (typeof value.N === 'string') return Number(value.N);
  if (typeof value.BOOL === 'boolean') return value.BOOL;
  return typeof value.B === 'string' ? Buffer.from(value.B, 'base64') : undefined;
}
