import type { AwsCredentials } from '../lib/aws/credentials.ts';
import { awsEndpoint } from '../lib/aws/endpoint.ts';
import { signedRequest } from '../lib/aws/signed-request.ts';
import type { Environment } from '../lib/config/environment.ts';

/** Lambda keeps this much of an account's concurrency unreserved. */
const unreservable = 100;

/** The concurrency that an account needs in a region before so many functions can reserve so much each. */
export function neededConcurrency(reserved: number, functions: number): number {
  return reserved * functions + unreservable;
}

/**
 * The account's quota of concurrent executions in a region, or AWS's answer where it gives none. Throws a SluiceError
 * where Lambda can't be reached.
 */
export async function concurrencyQuota(
  credentials: AwsCredentials,
  { environment, region, signal }: { environment: Environment; region: string; signal: AbortSignal },
): Promise<{ readonly quota: number } | { readonly status: number; readonly text: string }> {
  const url = `${awsEndpoint(environment, 'lambda', region)}2016-08-19/account-settings`;
  const answer = await signedRequest(credentials, { service: 'lambda', region, url, signal });
  const quota = Number(/"ConcurrentExecutions"\s*:\s*(\d+)/.exec(answer.text)?.[1]);
  return answer.status === 200 && !Number.isNaN(quota) ? { quota } : answer;
}
