import { AwsError } from '../aws/aws-error.ts';
import { SluiceError } from '../stream/errors.ts';
import { createSecretCommand, putSecretCommand, restoreSecretCommand } from './secret-commands.ts';

/** A secret whose value is no key. The message says what it is instead, and never quotes it. */
export class NoKeyInSecret extends Error {
  override readonly name = 'NoKeyInSecret';
}

type Named = { readonly secretName: string; readonly region: string | undefined };

const paste = 'paste the key, Enter, Ctrl-D';

/** Why a secret cannot be read, by AWS's name for it (and where one name has two causes, its words), and what to do. */
const reasons: [exception: RegExp, message: RegExp, say: (named: Named) => string][] = [
  [
    /^ResourceNotFoundException$/,
    /staging label/,
    ({ secretName, region }) => `has no value yet. Run \`${putSecretCommand(secretName, region)}\`: ${paste}.`,
  ],
  [
    /^ResourceNotFoundException$/,
    /./,
    ({ secretName, region }) =>
      `does not exist there. \`npm run deploy\` makes it for a deployed function; elsewhere run \`${createSecretCommand(secretName, region)}\`: ${paste}.`,
  ],
  [
    /^InvalidRequestException$/,
    /deletion|deleted/,
    ({ secretName, region }) => `is scheduled for deletion. Run \`${restoreSecretCommand(secretName, region)}\`.`,
  ],
  [
    /^AccessDeniedException$/,
    /./,
    () =>
      'may not be read with these AWS credentials. Allow them `secretsmanager:GetSecretValue` on it; for a deployed function `npm run deploy` does.',
  ],
  [/^DecryptionFailure$/, /./, () => 'cannot be decrypted. Allow the role `kms:Decrypt` on the key that it is encrypted with.'],
  [
    /^(NoCredentials|NoRegion)$/,
    /./,
    () =>
      'cannot be asked for: AWS credentials or region are missing. Set AWS_REGION, and AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; or give the provider a `key: { env }`.',
  ],
  [
    /^(InvalidSignatureException|UnrecognizedClientException|InvalidClientTokenId|ExpiredTokenException|IncompleteSignatureException)$/,
    /./,
    () => 'cannot be read: AWS refused the credentials. Renew them.',
  ],
];

/** The failure of a call whose key could not be read: which secret, why, and the fix. It falls over to the next target. */
export function secretUnavailable(named: Named, cause: unknown): SluiceError {
  const { secretName, region } = named;
  const where = `The key of the provider is not at hand: the secret \`${secretName}\`${region ? ` (${region})` : ''}`;
  return new SluiceError('provider_secret_unavailable', `${where} ${reason(named, cause)}`, { cause });
}

function reason(named: Named, cause: unknown): string {
  if (cause instanceof NoKeyInSecret)
    return `${cause.message}. Run \`${putSecretCommand(named.secretName, named.region)}\`: ${paste}.`;
  if (!(cause instanceof AwsError)) return 'could not be read.';
  const known = reasons.find(([exception, message]) => exception.test(cause.exception) && message.test(cause.message));
  return known ? `${known[2](named)} (${cause.exception})` : `could not be read now (${cause.exception}); it is asked for again.`;
}
