import type { BedrockRuntimeClient } from '@aws-sdk/client-bedrock-runtime';
import { rememberSecret } from '../redact/redact.ts';
import { SluiceError } from '../stream/errors.ts';
import { awsEventStreamFormat } from './accept-response.ts';
import type { UpstreamRequest } from './provider.ts';

/** Where Bedrock is, and who asks it. */
export interface BedrockAccess {
  readonly name: string;
  /** Left out: AWS_REGION, then the profile's region. */
  readonly region?: string;
  /** Left out: AWS_ENDPOINT_URL_BEDROCK_RUNTIME, then the region's own. */
  readonly endpoint?: string;
  /** Left out: AWS_BEARER_TOKEN_BEDROCK, then the chain of the AWS SDK (environment, profile, role). */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** What can be asked of a model: for an answer in either of two ways, each as a stream, or for a count. */
export type BedrockOperation = 'converse' | 'invoke' | 'count';

export interface SignedCall {
  readonly url: URL;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** Signs calls for this access. Rejects with `provider_auth_error` that says what to set. */
export type BedrockSigner = (operation: BedrockOperation, call: UpstreamRequest) => Promise<SignedCall>;

/**
 * Signs by the AWS SDK, which is loaded at the first call and finds the endpoint and the credentials. A command runs
 * through it up to its signature: our body takes the place of the serialized one before it is signed, and the signed
 * request is taken out where the SDK would send it. Its retries and its reading of answers stand behind that point.
 */
export function bedrockSigner(access: BedrockAccess): BedrockSigner {
  let sdk: Promise<Sdk> | undefined;
  return async (operation, call) => {
    sdk ??= loadSdk(access);
    return sign(await sdk, operation, call, access.name);
  };
}

interface Sdk {
  readonly client: BedrockRuntimeClient;
  readonly commands: Record<BedrockOperation, (modelId: string) => Command>;
}

type Command = InstanceType<typeof import('@aws-sdk/client-bedrock-runtime').ConverseStreamCommand>;

async function loadSdk({ region, endpoint, credentials }: BedrockAccess): Promise<Sdk> {
  const { BedrockRuntimeClient, ConverseStreamCommand, CountTokensCommand, InvokeModelWithResponseStreamCommand } = await import(
    '@aws-sdk/client-bedrock-runtime'
  );
  const client = new BedrockRuntimeClient({
    maxAttempts: 1,
    ...(region && { region }),
    ...(endpoint && { endpoint }),
    // Without the preference a bearer token in the environment would win over the credentials that were given.
    ...(credentials && { credentials, authSchemePreference: ['aws.auth#sigv4'] }),
  });
  return {
    client,
    commands: {
      converse: (modelId) => new ConverseStreamCommand({ modelId, messages: [] }),
      // What is done with a command here is the same for all, which their types cannot tell.
      invoke: (modelId) => new InvokeModelWithResponseStreamCommand({ modelId }) as unknown as Command,
      count: (modelId) => new CountTokensCommand({ modelId, input: { converse: {} } }) as unknown as Command,
    },
  };
}

/** The SDK's request, as far as it matters here. */
interface SdkRequest {
  protocol: string;
  hostname: string;
  port?: number;
  path: string;
  headers: Record<string, string>;
  body: unknown;
}

async function sign(
  { client, commands }: Sdk,
  operation: BedrockOperation,
  { model, body, headers }: UpstreamRequest,
  provider: string,
): Promise<SignedCall> {
  const text = JSON.stringify(body);
  const command = commands[operation](model);
  let signed: SdkRequest | undefined;
  command.middlewareStack.add(
    (next) => (args) => {
      const request = args.request as SdkRequest;
      // The SDK means to send over HTTP/2, our transport sends over HTTP/1.1.
      const { ':authority': authority, host = authority ?? request.hostname, ...others } = request.headers;
      request.body = text;
      request.headers = {
        ...others,
        ...headers,
        host,
        accept: operation === 'count' ? 'application/json' : awsEventStreamFormat.contentType,
        'content-type': 'application/json',
        'content-length': String(Buffer.byteLength(text)),
      };
      return next(args);
    },
    { step: 'build', priority: 'low', name: 'sluiceBody' },
  );
  command.middlewareStack.addRelativeTo(
    () => async (args: { request?: unknown }) => {
      signed = args.request as SdkRequest;
      return { response: undefined, output: noOutput };
    },
    { relation: 'after', toMiddleware: 'httpSigningMiddleware', name: 'sluiceTake' },
  );
  try {
    await client.send(command);
  } catch (cause) {
    throw unsigned(cause, provider);
  }
  if (!signed) throw new SluiceError('gateway_error', 'The AWS SDK did not sign the request.');
  rememberCredentials(signed.headers);
  const { protocol, hostname, port, path } = signed;
  return { url: new URL(`${protocol}//${hostname}${port ? `:${port}` : ''}${path}`), headers: signed.headers, body: text };
}

/** A refused signature is answered with all that was signed, and a bearer token may be quoted like any key. */
function rememberCredentials({ authorization = '', 'x-amz-security-token': sessionToken = '' }: SdkRequest['headers']): void {
  rememberSecret(sessionToken);
  if (authorization.startsWith('Bearer ')) rememberSecret(authorization.slice('Bearer '.length));
}

const noOutput = { $metadata: {}, stream: undefined };

const reasons: [RegExp, string][] = [
  [
    /region is missing|region not accepted|expected `region`/i,
    'has no AWS region. Set AWS_REGION, or `region` in the configuration.',
  ],
  [
    /expired/i,
    'has expired AWS credentials. Renew them, for example with `aws sso login`, or set new values for AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
  ],
  [
    /credential|token|profile|sso|identity/i,
    'has no AWS credentials. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_PROFILE or AWS_BEARER_TOKEN_BEDROCK, or run with an IAM role.',
  ],
];

/** Why the SDK could not sign; its own words name files and hosts, and are for the log. */
function unsigned(cause: unknown, provider: string): SluiceError {
  const words = cause instanceof Error ? `${cause.name} ${cause.message}` : '';
  const reason = reasons.find(([pattern]) => pattern.test(words))?.[1];
  const sentence = reason ?? 'could not be called. Check its AWS region, credentials and endpoint.';
  return new SluiceError('provider_auth_error', `The provider \`${provider}\` ${sentence}`, { cause });
}
