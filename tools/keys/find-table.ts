import { awsAccess } from '../../lib/aws/access.ts';
import { AwsError } from '../../lib/aws/aws-error.ts';
import type { DynamodbSettings } from '../../lib/aws/dynamodb.ts';
import { awsEndpoint } from '../../lib/aws/endpoint.ts';
import { signedRequest } from '../../lib/aws/signed-request.ts';
import type { Environment } from '../../lib/config/environment.ts';
import { tableOutput } from '../../lib/config/key-store.ts';
import type { Config } from '../../lib/config/schema.ts';
import { processClock } from '../../lib/time/clock.ts';
import { KeysError } from './keys-error.ts';

/**
 * The table of the deployed stack: the one that SLUICE_TABLE names, otherwise the one among the stack's outputs. Throws a
 * KeysError without credentials, a region or a stack.
 */
export async function findTable({ stack }: Config, environment: Environment): Promise<DynamodbSettings> {
  const found = awsAccess(environment, processClock());
  const region = stack.region ?? found.region;
  if (!region) throw new KeysError('no AWS region is known. Set AWS_REGION, or stack.region in the configuration');
  const access = { ...found, region };
  return {
    access,
    table: environment.SLUICE_TABLE || (await tableOfStack(stack.name, region, environment)),
    random: Math.random,
  };
}

async function tableOfStack(name: string, region: string, environment: Environment): Promise<string> {
  const credentials = await credentialsIn(environment);
  const { status, text } = await signedRequest(credentials, {
    service: 'cloudformation',
    region,
    url: awsEndpoint(environment, 'cloudformation', region),
    form: new URLSearchParams({ Action: 'DescribeStacks', Version: '2010-05-15', StackName: name }).toString(),
    signal: AbortSignal.timeout(10_000),
  });
  if (status !== 200) {
    const [, message = `status ${status}`] = /<Message>([^<]*)</.exec(text) ?? [];
    throw new KeysError(`the stack ${name} in ${region} can't be read (${message}). Deploy first: npm run deploy`);
  }
  const outputs = text.matchAll(
    /<member>(?:(?!<\/member>)[\s\S])*?<OutputKey>([^<]*)<\/OutputKey>(?:(?!<\/member>)[\s\S])*?<OutputValue>([^<]*)</g,
  );
  const table = [...outputs].find(([, key]) => key === tableOutput)?.[2];
  if (table) return table;
  throw new KeysError(`the stack ${name} in ${region} has no table yet. Deploy this configuration first: npm run deploy`);
}

async function credentialsIn(environment: Environment) {
  try {
    return await awsAccess(environment, processClock()).credentials();
  } catch (thrown) {
    if (!(thrown instanceof AwsError)) throw thrown;
    throw new KeysError('no AWS credentials were found. Sign in (aws sso login), or set AWS_PROFILE');
  }
}
