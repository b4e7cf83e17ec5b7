import { awsAccess } from '../../lib/aws/access.ts';
import { AwsError } from '../../lib/aws/aws-error.ts';
import { awsEndpoint } from '../../lib/aws/endpoint.ts';
import { signedRequest } from '../../lib/aws/signed-request.ts';
import { ConfigError } from '../../lib/config/config-error.ts';
import type { Environment } from '../../lib/config/environment.ts';
import type { Config } from '../../lib/config/schema.ts';
import type { JsonObject } from '../../lib/stream/json.ts';
import { processClock } from '../../lib/time/clock.ts';

/** One call of the Lambda API below `/2015-03-31/functions/`. Throws a ConfigError with AWS's words. */
export type LambdaCall = (path: string, put?: JsonObject) => Promise<JsonObject>;

const timeoutMs = 10_000;

/** Calls Lambda in the region of the stack. Throws a ConfigError without a region or credentials. */
export async function lambdaApi({ stack }: Config, environment: Environment): Promise<LambdaCall> {
  const access = awsAccess(environment, processClock());
  const region = stack.region ?? access.region;
  if (!region) throw new ConfigError('environment: AWS_REGION: expected a region, found nothing. Set it, or stack.region.');
  const credentials = await access.credentials().catch((thrown: unknown) => {
    if (thrown instanceof AwsError)
      throw new ConfigError('There are no AWS credentials. Sign in (aws sso login), or set AWS_PROFILE.');
    throw thrown;
  });
  return async (path, put) => {
    const { status, text } = await signedRequest(credentials, {
      service: 'lambda',
      region,
      url: `${awsEndpoint(environment, 'lambda', region)}2015-03-31/functions/${path}`,
      ...(put && { put }),
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (status >= 200 && status < 300) return JSON.parse(text) as JsonObject;
    const [, message = `status ${status}`] = /"[Mm]essage"\s*:\s*"([^"]*)"/.exec(text) ?? [];
    throw new ConfigError(`Lambda refuses ${path}: ${message}`);
  };
}
