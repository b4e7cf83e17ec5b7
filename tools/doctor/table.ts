import { AwsError } from '../../lib/aws/aws-error.ts';
import { dynamodbCalls } from '../../lib/aws/dynamodb.ts';
import { keysAreInTable, needsTable } from '../../lib/config/key-store.ts';
import type { Config } from '../../lib/config/schema.ts';
import { isObject } from '../../lib/stream/json.ts';
import { findTable } from '../keys/find-table.ts';
import { KeysError } from '../keys/keys-error.ts';
import type { DoctorContext, Finding } from './check.ts';

/** Checks the table that durable streams, limits and keys share in a deployment. Reads only what describes it. */
export async function deployedTable({ config, environment, aws }: DoctorContext): Promise<Finding[]> {
  if (!needsTable(config) || !(await aws.credentials().catch(() => undefined))) return [];
  const contents = contentsOf(config).join(', ');
  try {
    const settings = await findTable(config, environment);
    const call = dynamodbCalls(settings);
    const { Table } = await call('DescribeTable', {});
    const status = isObject(Table) ? Table.TableStatus : undefined;
    if (status !== 'ACTIVE') {
      return [{ state: 'later', text: `the table ${settings.table} is ${status}`, fix: 'Wait until AWS has finished with it.' }];
    }
    const expiry = await call('DescribeTimeToLive', {}).catch(() => undefined);
    const text = `the table ${settings.table} is ready (${contents})`;
    return [{ state: 'ok', text }, expiryFinding(settings.table, expiry?.TimeToLiveDescription)];
  } catch (thrown) {
    if (thrown instanceof KeysError) return [{ state: 'later', text: thrown.message, fix: `It will hold ${contents}.` }];
    if (!(thrown instanceof AwsError)) throw thrown;
    const fix = `Without it nothing of this works when deployed: ${contents}. \`npm run deploy\` creates it.`;
    return [{ state: 'later', text: `the table can't be read (${thrown.exception}: ${thrown.message.replace(/\.$/, '')})`, fix }];
  }
}

function contentsOf(config: Config): string[] {
  return [
    ...(config.streams?.store === 'dynamodb' ? ['durable streams'] : []),
    ...(config.limits.store === 'dynamodb' ? ['limits'] : []),
    ...(keysAreInTable(config) ? ['client keys'] : []),
  ];
}

/** Without it expired streams are never read again, but they stay in the table and cost money. */
function expiryFinding(table: string, described: unknown): Finding {
  if (!isObject(described)) return { state: 'unseen', text: 'could not check whether the table removes expired items' };
  const { TimeToLiveStatus: status, AttributeName: attribute } = described;
  if (status === 'ENABLED' && attribute === 'expiresAt') return { state: 'ok', text: 'the table removes expired items' };
  const fix = 'Deploy again, or enable time to live on the attribute expiresAt.';
  return { state: 'wrong', text: `the table ${table} does not remove expired items`, fix };
}
