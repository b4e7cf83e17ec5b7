import type { BedrockRuntimeClient } from '@aws-sdk/client-bedrock-runtime';
import { bodyFailure } from '../dialects/bedrock-converse/failure.ts';
import { bedrockConverseUpstream } from '../dialects/bedrock-converse/upstream.ts';
import type { ProviderDialect } from '../dialects/dialect.ts';
import { SluiceError } from '../stream/errors.ts';
import { readAwsEventStream } from '../wire/aws-event-stream.ts';
import type { Frames } from '../wire/frame.ts';
import { acceptAnswer, awsEventStreamAnswer } from './accept-answer.ts';
import type { Call, Provider } from './provider.ts';
import { send, type TransportAnswer } from './transport.ts';

export interface BedrockSettings {
  readonly name: string;
  /** Left out: AWS_REGION, then the profile's region. */
  readonly region?: string;
  /** Left out: AWS_ENDPOINT_URL_BEDROCK_RUNTIME, then the region's own. */
  readonly endpoint?: string;
  /** Left out: AWS_BEARER_TOKEN_BEDROCK, then the chain of the AWS SDK (environment, profile, role). */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/**
 * Amazon Bedrock by ConverseStream. The AWS SDK, loaded at the first call, finds the endpoint and the credentials and
 * signs; what it has signed goes out by the transport of all providers. So this provider is timed, closed and cut as
 * the others are, where the SDK's own would end a broken stream as if it were whole; and no field is lost that this
 * version of the SDK does not know, in what is sent or in what is read.
 */
export function bedrockProvider(settings: BedrockSettings): Provider {
  const dialect = bedrockConverseUpstream();
  let sdk: Promise<Sdk> | undefined;
  return {
    name: settings.name,
    dialect,
    async open(call: Call): Promise<Frames> {
      sdk ??= loadSdk(settings);
      const signed = await untilAborted(sign(await sdk, call, settings.name), call.signal);
      const answer = await send({ ...signed, signal: call.signal, onConnected: call.onConnected });
      return acceptAnswer(answer, {
        dialect: knowingErrorType(dialect, answer),
        read: readAwsEventStream,
        answerForm: awsEventStreamAnswer,
      });
    },
  };
}

interface Sdk {
  readonly client: BedrockRuntimeClient;
  readonly Command: typeof import('@aws-sdk/client-bedrock-runtime').ConverseStreamCommand;
}

async function loadSdk({ region, endpoint, credentials }: BedrockSettings): Promise<Sdk> {
  const { BedrockRuntimeClient, ConverseStreamCommand } = await import('@aws-sdk/client-bedrock-runtime');
  const client = new BedrockRuntimeClient({
    maxAttempts: 1,
    ...(region && { region }),
    ...(endpoint && { endpoint }),
    // Without the preference a bearer token in the environment would win over the credentials that were given.
    ...(credentials && { credentials, authSchemePreference: ['aws.auth#sigv4'] }),
  });
  return { client, Command: ConverseStreamCommand };
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

interface SignedRequest {
  readonly url: URL;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/**
 * Runs a command through the SDK up to its signature. Our body takes the place of the serialized one before it is
 * signed, and the signed request is taken out where the SDK would send it. Its retries and its reading of answers stand
 * behind that point.
 */
async function sign({ client, Command }: Sdk, { model, body, headers }: Call, provider: string): Promise<SignedRequest> {
  const text = JSON.stringify(body);
  const command = new Command({ modelId: model, messages: [] });
  let signed: SdkRequest | undefined;
  command.middlewareStack.add(
    (next) => (args) => {
      const request = args.request as SdkRequest;
      // The SDK means to send over HTTP/2, our transport sends over HTTP/1.1.
      const { ':authority': authority, host = authority ?? request.hostname, ...others } = request.headers;
      const length = String(Buffer.byteLength(text));
      request.body = text;
      request.headers = { ...others, ...headers, host, accept: awsEventStreamAnswer.contentType, 'content-length': length };
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
  const { protocol, hostname, port, path } = signed;
  return { url: new URL(`${protocol}//${hostname}${port ? `:${port}` : ''}${path}`), headers: signed.headers, body: text };
}

const noOutput = { $metadata: {}, stream: undefined };

const reasons: [RegExp, string][] = [
  [
    /region is missing|region not accepted|expected `region`/i,
    'does not know its AWS region. Set AWS_REGION, or `region` in the configuration.',
  ],
  [
    /expired/i,
    'has AWS credentials that have expired. Renew them, for example by `aws sso login`, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY anew.',
  ],
  [
    /credential|token|profile|sso|identity/i,
    'has no AWS credentials. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_PROFILE or AWS_BEARER_TOKEN_BEDROCK, or run it with a role.',
  ],
];

/** Why the SDK could not sign; its own words name files and hosts, and are for the log. */
function unsigned(cause: unknown, provider: string): SluiceError {
  const words = cause instanceof Error ? `${cause.name} ${cause.message}` : '';
  const reason = reasons.find(([pattern]) => pattern.test(words))?.[1];
  const sentence = reason ?? 'could not be called: check its AWS region, credentials and endpoint.';
  return new SluiceError('provider_auth_error', `The provider \`${provider}\` ${sentence}`, { cause });
}

/** The dialect, told what only a header says: which exception a refusal is. */
function knowingErrorType(dialect: ProviderDialect, { headers }: TransportAnswer): ProviderDialect {
  return {
    ...dialect,
    failure: (status, body) =>
      status < 300
        ? new SluiceError('upstream_protocol_error', 'The provider answered with JSON where a stream was asked for.')
        : bodyFailure(status, body, headers['x-amzn-errortype']),
  };
}

/** What the promise gives, or the signal's reason once it aborts: finding credentials may take seconds. */
async function untilAborted<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
