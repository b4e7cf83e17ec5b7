import type { Config } from './schema.ts';

type Key = Extract<Config['keys'], readonly unknown[]>[number];

/** The output of the stack that names its table. */
export const tableOutput = 'TableName';

/** Are the client keys of a deployment in its DynamoDB table, where they change without a deployment? */
export function keysAreInTable({ keys }: Pick<Config, 'keys'>): boolean {
  return !Array.isArray(keys);
}

/** The keys that the configuration and the file beside it list. None where they are in the table. */
export function listedKeyRecords({ keys }: Pick<Config, 'keys'>): readonly Key[] {
  return Array.isArray(keys) ? keys : [];
}

/** Does a deployment of this configuration need a table? */
export function needsTable({ keys, limits, streams }: Pick<Config, 'keys' | 'limits' | 'streams'>): boolean {
  return keysAreInTable({ keys }) || limits.store === 'dynamodb' || streams?.store === 'dynamodb';
}
