import { RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { providerSecrets } from '../lib/app/provider-secrets.ts';
import type { Config } from '../lib/config/schema.ts';
import { createdSecrets } from './created-secrets.ts';

/** A secret that the functions read. */
export interface SecretOfStack {
  readonly name: string;
  readonly arn: string;
  /** Created by the stack, and empty until somebody stores the key. Otherwise it existed before. */
  readonly created: boolean;
}

/**
 * The secrets with the provider keys, each once. Secrets that the configuration refers to (`key: { secret }`) exist
 * outside the stack. The stack creates the others without a value, so no placeholder is ever sent to a provider. They
 * are kept when the stack is deleted, because a deleted key is lost. A later stack can refer to them.
 */
export function createProviderSecrets(scope: Construct, config: Config): SecretOfStack[] {
  const created = createdSecrets(config);
  const names = new Set(providerSecrets(config).map(({ secretName }) => secretName));
  return [...names].map((name) => {
    const creator = created.find((one) => one.name === name);
    const arn = creator ? emptySecret(scope, name, creator.provider) : arnOf(scope, name);
    return { name, arn, created: creator !== undefined };
  });
}

function emptySecret(scope: Construct, name: string, provider: string): string {
  const secret = new CfnSecret(scope, `Secret-${provider}`, {
    name,
    description: `The key of the Sluice provider ${provider}, as plain text or as JSON with an apiKey`,
  });
  secret.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
  Validations.of(secret).acknowledge({
    id: 'AwsSolutions-SMG4',
    reason:
      'The provider issues this key, so only the operator can replace it. The functions use a new value within five minutes.',
  });
  return secret.ref;
}

/** Secrets Manager appends six characters to the name in each ARN. */
function arnOf(scope: Construct, name: string): string {
  const { partition, region, account } = Stack.of(scope);
  return `arn:${partition}:secretsmanager:${region}:${account}:secret:${name}-??????`;
}
