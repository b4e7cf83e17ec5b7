import { retryOnce } from '../policy/retry-once.ts';
import { isObject, type Json, type JsonObject } from '../stream/json.ts';
import type { AwsAccess } from './access.ts';
import { AwsError } from './aws-error.ts';
import { awsJsonCall } from './json-call.ts';

export interface DynamodbSettings {
  readonly access: AwsAccess;
  /** Its partition key is the string `pk`, and it has no sort key. `expiresAt` is the TTL attribute. */
  readonly table: string;
  /** From 0 to 1, for the jitter before the retry. */
  readonly random: () => number;
}

/** Decides whether a call that failed is made once more. */
export type RetryWhen = (failure: AwsError) => boolean;

/** One operation on the table. Throws an AwsError. */
export type DynamodbCall = (operation: string, body: JsonObject, retryWhen?: RetryWhen) => Promise<JsonObject>;

/** How long one call may take, in milliseconds. A caller is waiting for it. */
const timeoutMs = 2_000;

/** Calls of one table, each repeated once after a failure that `retryWhen` accepts: a transient one where it is left out. */
export function dynamodbCalls({ access, table, random }: DynamodbSettings): DynamodbCall {
  return (operation, body, retryWhen = (failure) => failure.isTransient) =>
    retryOnce(() => awsJsonCall(access, { service: 'dynamodb', operation, body: { TableName: table, ...body }, timeoutMs }), {
      clock: access.clock,
      random,
      isTransient: (thrown) => thrown instanceof AwsError && retryWhen(thrown),
    });
}

/** The primary key of an item. */
export function itemKey(pk: string): JsonObject {
  return { pk: { S: pk } };
}

/** The value of an attribute of this DynamoDB type, or undefined where the attribute is absent or of another type. */
export function attributeValue(value: Json | undefined, type: 'S' | 'N' | 'SS' | 'L' | 'M' | 'BOOL'): Json | undefined {
  return isObject(value) ? value[type] : undefined;
}
