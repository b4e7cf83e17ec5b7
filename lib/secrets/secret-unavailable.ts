import { AwsError } from '../aws/aws-error.ts';
import { SluiceError } from '../stream/errors.ts';
import { createSecretCommand, putSecretCommand, restoreSecretCommand } from './secret-commands.ts';

/** A secret whose value is not a key. The message describes the value and never quotes it. */
export class NoKeyInSecret extends Error {
  override readonly name = 'NoKeyInSecret';
}

type Named = { readonly secretName: string; readonly region: string | undefined };

const paste = 'paste the key, then press Enter and Ctrl-D';

/** Why a secret is unreadable, by AWS's exception name (and message, if one name has two causes), and what to do. */
const reasons: [exception: RegExp, message: RegExp, describe: (named: Named) => string][] = [
  [
    /^ResourceNotFoundException$/,
    /staging label/,
    ({ secretName, region }) => `has no value yet. Run \`${putSecretCommand(secretName, region)}\`, then ${paste}.`,
  ],
  [
    /^ResourceNotFoundException$/,
    /./,
    ({ secretName, region }) =>
      `does not exist. \`npm run deploy\` creates it for a deployed function. Otherwise run \`${createSecretCommand(secretName, region)}\`, then ${paste}.`,
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
      'is not readable with these AWS credentials. Grant them `secretsmanager:GetSecretValue` on it. `npm run deploy` does this for a deployed function.',
  ],
  [/^DecryptionFailure$/, /./, () => "can't be decrypted. Grant the role `kms:Decrypt` on its KMS key."],
  [
    /^(NoCredentials|NoRegion)$/,
    /./,
    () =>
      "can't be read because AWS credentials or the region are missing. Set AWS_REGION, and AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give the provider a `key: { env }`.",
  ],
  [
    /^(InvalidSignatureException|UnrecognizedClientException|InvalidClientTokenId|ExpiredTokenException|IncompleteSignatureException)$/,
    /./,
    () => "can't be read because AWS rejected the credentials. Renew them.",
  ],
];

/** How long a client should wait after a failure that may pass, in milliseconds. */
const retryAfterMs = 1_000;

/** The error of a request whose key could not be read: which secret, why, and the fix. The next target is tried. */
export function secretUnavailable(named: Named, cause: unknown): SluiceError {
  const { secretName, region } = named;
  const where = `The key of the provider is unavailable. The secret \`${secretName}\`${region ? ` (${region})` : ''}`;
  const mayPass = cause instanceof AwsError && (cause.isTransient || cause.exception === 'Timeout');
  return new SluiceError('provider_secret_unavailable', `${where} ${reason(named, cause)}`, {
    cause,
    ...(mayPass && { retryAfterMs }),
  });
}

function reason(named: Named, cause: unknown): string {
  if (cause instanceof NoKeyInSecret)
    return `${cause.message}. Run \`${putSecretCommand(named.secretName, named.region)}\`, then ${paste}.`;
  if (!(cause instanceof AwsError)) return 'could not be read.';
  const known = reasons.find(([exception, message]) => exception.test(cause.exception) && message.test(cause.message));
  return known ? `${known[2](named)} (${cause.exception})` : `could not be read (${cause.exception}). Sluice will try again.`;
}
