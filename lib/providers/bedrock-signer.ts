import { rememberSecret } from '../redact/redact.ts';
import { awsEventStreamFormat, sseFormat } from './accept-response.ts';
import type { UpstreamRequest } from './provider.ts';

/** The address of Bedrock and the credentials. */
export interface BedrockAccess {
  readonly name: string;
  /** Default: AWS_REGION, then the region of the profile. */
  readonly region?: string;
  /** Default: AWS_ENDPOINT_URL_BEDROCK_RUNTIME, then the endpoint of the region. */
  readonly endpoint?: string;
  /** Default: AWS_BEARER_TOKEN_BEDROCK, then the AWS SDK's provider chain (environment, profile, role). */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** The operations on a model: two APIs that respond with a stream, OpenAI's two APIs, and a token count. */
export type BedrockOperation = 'converse' | 'converse-whole' | 'invoke' | 'count' | 'chat' | 'responses';

/** The paths of OpenAI's APIs, which have the model in the body. */
export const openaiPaths: Partial<Record<BedrockOperation, string>> = {
  chat: '/openai/v1/chat/completions',
  responses: '/openai/v1/responses',
};

export interface SignedCall {
  readonly url: URL;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** Signs requests with this access. Rejects with `provider_auth_error`, whose message names what to set. */
export type BedrockSigner = (operation: BedrockOperation, call: UpstreamRequest) => Promise<SignedCall>;

const accepted: Record<BedrockOperation, string> = {
  converse: awsEventStreamFormat.contentType,
  'converse-whole': 'application/json',
  invoke: awsEventStreamFormat.contentType,
  count: 'application/json',
  chat: sseFormat.contentType,
  responses: sseFormat.contentType,
};

/** The headers that describe the body of a request. */
export function contentHeaders(operation: BedrockOperation, body: string): Record<string, string> {
  return {
    accept: accepted[operation],
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
  };
}

/** AWS responds to a bad signature with everything that was signed, and may quote a bearer token like any key. */
export function rememberCredentials(headers: Record<string, string>): void {
  const { authorization = '', 'x-amz-security-token': sessionToken = '' } = headers;
  rememberSecret(sessionToken);
  if (authorization.startsWith('Bearer ')) rememberSecret(authorization.slice('Bearer '.length));
}
