import type { Environment } from '../config/environment.ts';
import { rememberSecret } from '../redact/redact.ts';
import { AwsError } from './aws-error.ts';

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/**
 * Finds AWS credentials in the environment, where a Lambda function has them. Otherwise uses the AWS SDK's provider
 * chain (profile, SSO, container, instance), which is loaded only then and refreshes credentials that expire. Runs
 * before each call. The returned function rejects with an AwsError `NoCredentials`.
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
        'no AWS credentials found. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, set AWS_PROFILE, or run with an IAM role.';
      throw new AwsError('NoCredentials', message, { cause });
    }
  };
}

/** The chain of the Bedrock client. We depend on that package, but not on the package of the chain itself. */
async function sdkChain(): Promise<() => Promise<AwsCredentials>> {
  const { BedrockRuntimeClient } = await import('@aws-sdk/client-bedrock-runtime');
  const { config } = new BedrockRuntimeClient({ region: 'us-east-1' });
  return () => config.credentials();
}

/** AWS responds to a bad signature with everything that was signed. */
function remembered(credentials: AwsCredentials): AwsCredentials {
  rememberSecret(credentials.secretAccessKey);
  rememberSecret(credentials.sessionToken ?? '');
  return credentials;
}
