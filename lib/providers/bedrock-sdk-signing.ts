import type { BedrockRuntimeClient } from '@aws-sdk/client-bedrock-runtime';
import { SluiceError } from '../stream/errors.ts';
import {
  type BedrockAccess,
  type BedrockOperation,
  type BedrockSigner,
  contentHeaders,
  openaiPaths,
  rememberCredentials,
  type SignedCall,
} from './bedrock-signer.ts';
import type { UpstreamRequest } from './provider.ts';

/**
 * Signs with the AWS SDK, which finds the endpoint and the credentials wherever they may be: profiles, SSO, containers,
 * instances. A command
 * runs through the SDK up to its signature. Our body replaces the serialized one before it is signed, and the signed
 * request is taken out just before the SDK would send it. The SDK's retries and response parsing come after that
 * point.
 */
export function sdkSigner(access: BedrockAccess): BedrockSigner {
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
  const {
    BedrockRuntimeClient,
    ConverseCommand,
    ConverseStreamCommand,
    CountTokensCommand,
    InvokeModelWithResponseStreamCommand,
  } = await import('@aws-sdk/client-bedrock-runtime');
  const client = new BedrockRuntimeClient({
    maxAttempts: 1,
    ...(region && { region }),
    ...(endpoint && { endpoint }),
    // Without this preference, a bearer token in the environment would win over the given credentials.
    ...(credentials && { credentials, authSchemePreference: ['aws.auth#sigv4'] }),
  });
  const converse = (modelId: string) => new ConverseStreamCommand({ modelId, messages: [] });
  return {
    client,
    commands: {
      converse,
      // The SDK has no commands for OpenAI's APIs. Only the path differs.
      chat: converse,
      responses: converse,
      'converse-whole': (modelId) => new ConverseCommand({ modelId, messages: [] }) as unknown as Command,
      // The code is the same for all commands, which their types can't express.
      invoke: (modelId) => new InvokeModelWithResponseStreamCommand({ modelId }) as unknown as Command,
      count: (modelId) => new CountTokensCommand({ modelId, input: { converse: {} } }) as unknown as Command,
    },
  };
}

/** The part of the SDK's request that is used here. */
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
      // The SDK would use HTTP/2. Our transport uses HTTP/1.1.
      const { ':authority': authority, host = authority ?? request.hostname, ...others } = request.headers;
      request.path = openaiPaths[operation] ?? request.path;
      request.body = text;
      request.headers = {
        ...others,
        ...headers,
        host,
        ...contentHeaders(operation, text),
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

/** Why the SDK could not sign. Its own message names files and hosts, so it is only for the log. */
function unsigned(cause: unknown, provider: string): SluiceError {
  const description = cause instanceof Error ? `${cause.name} ${cause.message}` : '';
  const reason = reasons.find(([pattern]) => pattern.test(description))?.[1];
  const sentence = reason ?? 'could not be called. Check its AWS region, credentials and endpoint.';
  return new SluiceError('provider_auth_error', `The provider \`${provider}\` ${sentence}`, { cause });
}
