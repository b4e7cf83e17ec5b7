import { familiesOf } from '../../infra/families.ts';
import { awsAccess } from '../../lib/aws/access.ts';
import { ConfigError } from '../../lib/config/config-error.ts';
import type { Environment } from '../../lib/config/environment.ts';
import type { Config } from '../../lib/config/schema.ts';
import { processClock } from '../../lib/time/clock.ts';
import { concurrencyQuota, neededConcurrency } from '../concurrency-quota.ts';

const timeoutMs = 5_000;

/**
 * Checks that the account can reserve what the configuration asks for, before CloudFormation starts and rolls back
 * minutes later. Throws a ConfigError if it can't. A quota that can't be read stops nothing.
 */
export async function checkQuota(config: Config, file: string, environment: Environment): Promise<void> {
  const { reservedConcurrency: reserved, region: stackRegion, webFunctions } = config.stack;
  const access = awsAccess(environment, processClock());
  const region = stackRegion ?? access.region;
  if (reserved === false || webFunctions || !region) return;
  let quota: number;
  try {
    const found = await concurrencyQuota(await access.credentials(), {
      environment,
      region,
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (!('quota' in found)) return;
    ({ quota } = found);
  } catch {
    return;
  }
  const needed = neededConcurrency(reserved, familiesOf(config).length);
  if (needed <= quota) return;
  throw new ConfigError(
    `${file}: stack.reservedConcurrency: expected a reservation that fits into the account's quota of ${quota} concurrent executions in ${region}, found ${reserved} for each of ${familiesOf(config).length} functions, which needs ${needed}. Remove it, or request a higher quota in Service Quotas. Nothing was changed.`,
  );
}
