import type { Environment } from '../config/environment.ts';
import { rememberSecret } from '../redact/redact.ts';
import { AwsError } from './aws-error.ts';

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/**
 * Finds AWS credentials: those of the environment, as a Lambda function has them; otherwise those of the AWS SDK's own
 * chain (profile, SSO, container, instance), which is loaded only then and renews what expires. Asked before each call.
 * What it gives rejects with an AwsError `NoCredentials`.
 */
export function awsCredentials(environment: Environment): () => Promise<AwsCredentials> {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: sessionToken } = environment;
  if (accessKeyId && secretAccessKey) {
    const credentials = remembered({ accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) });
    return async () => credentials;
  }
  let chain: ReturnType<typeof sdkChain> | undefined;
  return async () => {
    chain ??= sdkChain();
    try {
      return remembered(await (await chain)());
    } catch (cause) {
      const message =
        'no AWS credentials were found. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or run with a role.';
      throw new AwsError('NoCredentials', message, { cause });
    }
  };
}

/** The chain as the Bedrock client has it: its package is ours to import, that of the chain alone is not. */
async function sdkChain(): Promise<() => Promise<AwsCredentials>> {
  const { BedrockRuntimeClient } = await import('@aws-sdk/client-bedrock-runtime');
  const { config } = new BedrockRuntimeClient({ region: 'us-east-1' });
  return () => config.credentials();
}

/** A refused signature is answered with all that was signed. */
function remembered(credentials: AwsCredentials): AwsCredentials {
  rememberSecret(credentials.secretAccessKey);
  rememberSecret(credentials.sessionToken ?? '');
  return credentials;
}
