import { createHash } from 'node:crypto';
import { AwsV4Signer } from 'aws4fetch';
import {
  type BedrockAccess,
  type BedrockOperation,
  type BedrockSigner,
  contentHeaders,
  openaiPaths,
  rememberCredentials,
} from './bedrock-signer.ts';

/**
 * Signs without the AWS SDK if everything is known at once: the region, the credentials and the endpoint, as on Lambda.
 * Otherwise the SDK finds them and signs. Loading it costs more than all other code of a function together.
 */
export function bedrockSigner(access: BedrockAccess, environment: Environment = process.env): BedrockSigner {
  let signer: Promise<BedrockSigner> | undefined;
  return async (operation, call) => {
    signer ??= signerFor(access, environment);
    return (await signer)(operation, call);
  };
}

async function signerFor(access: BedrockAccess, environment: Environment): Promise<BedrockSigner> {
  const known = knownAccess(access, environment);
  return known ? directSigner(known) : (await import('./bedrock-sdk-signing.ts')).sdkSigner(access);
}

/** Environment variables, as in `process.env`. */
type Environment = Readonly<Record<string, string | undefined>>;

interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

interface KnownAccess {
  readonly region: string;
  readonly endpoint: string;
  readonly authorization: Credentials | { readonly token: string };
}

/** Variables that change endpoint or credentials in ways that are left to the SDK. */
const sdkVariables = [
  'AWS_PROFILE',
  'AWS_USE_FIPS_ENDPOINT',
  'AWS_USE_DUALSTACK_ENDPOINT',
  'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS',
  'AWS_AUTH_SCHEME_PREFERENCE',
];

/** Regions of other partitions have other domains. */
const commonRegion = /^(?:af|ap|ca|eu|il|me|mx|sa|us|us-gov)-[a-z]+-\d+$/;

/** The sources are in the SDK's order. Outside Lambda, a shared configuration file may set the endpoint too. */
function knownAccess(access: BedrockAccess, environment: Environment): KnownAccess | undefined {
  const { AWS_REGION, AWS_LAMBDA_FUNCTION_NAME: onLambda, AWS_ENDPOINT_URL_BEDROCK_RUNTIME, AWS_ENDPOINT_URL } = environment;
  const region = access.region || AWS_REGION;
  const authorization = access.credentials ?? tokenIn(environment) ?? credentialsIn(environment);
  if (!region || !authorization || sdkVariables.some((name) => environment[name])) return undefined;
  const given = access.endpoint || AWS_ENDPOINT_URL_BEDROCK_RUNTIME || AWS_ENDPOINT_URL;
  if (given) return { region, authorization, endpoint: given.replace(/\/+$/, '') };
  if (!onLambda || !commonRegion.test(region)) return undefined;
  return { region, authorization, endpoint: `https://bedrock-runtime.${region}.amazonaws.com` };
}

function tokenIn({ AWS_BEARER_TOKEN_BEDROCK: token }: Environment): { token: string } | undefined {
  return token ? { token } : undefined;
}

function credentialsIn(environment: Environment): Credentials | undefined {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: sessionToken } = environment;
  if (!accessKeyId || !secretAccessKey) return undefined;
  return { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) };
}

const paths: Partial<Record<BedrockOperation, string>> = {
  converse: 'converse-stream',
  'converse-whole': 'converse',
  invoke: 'invoke-with-response-stream',
  count: 'count-tokens',
};

function directSigner({ region, endpoint, authorization }: KnownAccess): BedrockSigner {
  /** The signing key of the day. */
  const cache = new Map<string, ArrayBuffer>();
  return async (operation, { model, body: content, headers: own }) => {
    const body = JSON.stringify(content);
    const path = openaiPaths[operation] ?? `/model/${encodeURIComponent(model)}/${paths[operation]}`;
    const url = new URL(endpoint + path);
    const unsigned = { ...own, ...contentHeaders(operation, body) };
    const headers =
      'token' in authorization
        ? { ...unsigned, authorization: `Bearer ${authorization.token}` }
        : await signed({ ...authorization, region, cache, url: url.href, body, headers: unsigned });
    rememberCredentials(headers);
    return { url, headers, body };
  };
}

type SignerOptions = ConstructorParameters<typeof AwsV4Signer>[0] & { readonly body: string; readonly headers: object };

async function signed(options: SignerOptions): Promise<Record<string, string>> {
  const digest = createHash('sha256').update(options.body).digest('hex');
  const headers = { ...options.headers, 'x-amz-content-sha256': digest };
  const signer = new AwsV4Signer({ ...options, headers, method: 'POST', service: 'bedrock' });
  return Object.fromEntries((await signer.sign()).headers);
}
