import { ConfigError } from '../config/config-error.ts';
import type { Environment } from '../config/environment.ts';
import type { Clock } from '../time/clock.ts';
import { type AwsCredentials, awsCredentials } from './credentials.ts';

/** The services that Sluice calls with signed JSON, and what each of them needs. */
export const awsServices = {
  secretsmanager: {
    variable: 'AWS_ENDPOINT_URL_SECRETS_MANAGER',
    contentType: 'application/x-amz-json-1.1',
    target: 'secretsmanager',
  },
  dynamodb: { variable: 'AWS_ENDPOINT_URL_DYNAMODB', contentType: 'application/x-amz-json-1.0', target: 'DynamoDB_20120810' },
} as const;

export type AwsService = keyof typeof awsServices;

/** The region, credentials and endpoints of AWS calls. Created once. Looks nothing up before the first call. */
export interface AwsAccess {
  /** AWS_REGION, then AWS_DEFAULT_REGION. */
  readonly region: string | undefined;
  readonly credentials: () => Promise<AwsCredentials>;
  /** The service's endpoint in the region, unless AWS_ENDPOINT_URL_<SERVICE> or AWS_ENDPOINT_URL overrides it. */
  readonly endpoint: (service: AwsService, region: string) => URL;
  readonly clock: Clock;
}

/** Throws a ConfigError for an endpoint that is not a URL. */
export function awsAccess(environment: Environment, clock: Clock): AwsAccess {
  const configuredEndpoint = (service: AwsService) => endpointIn(environment, awsServices[service].variable);
  const endpoints = { secretsmanager: configuredEndpoint('secretsmanager'), dynamodb: configuredEndpoint('dynamodb') };
  return {
    region: environment.AWS_REGION || environment.AWS_DEFAULT_REGION || undefined,
    credentials: awsCredentials(environment),
    endpoint: (service, region) =>
      endpoints[service] ?? new URL(`https://${service}.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}/`),
    clock,
  };
}

function endpointIn(environment: Environment, own: string): URL | undefined {
  const variable = environment[own] ? own : 'AWS_ENDPOINT_URL';
  const value = environment[variable];
  if (!value) return undefined;
  if (URL.canParse(value)) return new URL(value);
  throw new ConfigError(
    `environment: ${variable}: expected a URL, found ${JSON.stringify(value)}. Correct it, or unset it to use the default AWS endpoint.`,
  );
}
