import { familiesOf } from '../../infra/families.ts';
import { AwsError } from '../../lib/aws/aws-error.ts';
import type { AwsCredentials } from '../../lib/aws/credentials.ts';
import { awsEndpoint } from '../../lib/aws/endpoint.ts';
import { type AwsAnswer, signedRequest } from '../../lib/aws/signed-request.ts';
import { secretsManager } from '../../lib/secrets/secrets-manager.ts';
import { SluiceError } from '../../lib/stream/errors.ts';
import { timedOut } from '../../lib/time/timed-out.ts';
import { concurrencyQuota, neededConcurrency } from '../concurrency-quota.ts';
import { unanswered } from './ask.ts';
import { type DoctorContext, type Finding, wrong } from './check.ts';

const howToSignIn =
  'Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. Renew a session with `aws sso login` or `aws login`.';

/** The AWS identity, from a call that needs no permission. */
export async function awsIdentity(context: DoctorContext): Promise<Finding[]> {
  const credentials = await credentialsOf(context);
  if (!credentials) return [withoutCredentials(context)];
  const region = context.aws.region ?? 'us-east-1';
  const form = 'Action=GetCallerIdentity&Version=2011-06-15';
  const answer = await call(context, credentials, { service: 'sts', region, path: '/', form });
  if ('state' in answer) return [answer];
  const [account, arn] = ['Account', 'Arn'].map((name) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(answer.text)?.[1]);
  if (answer.status === 200 && account) return [{ state: 'ok', text: `account ${account}, ${arn}` }, regionOf(context)];
  return [{ state: 'wrong', text: `AWS rejects the credentials (${codeIn(answer)})`, fix: howToSignIn }];
}

function withoutCredentials({ providers, environment }: DoctorContext): Finding {
  const wanted = providers.some(({ kind }) => kind === 'bedrock') && !environment.AWS_BEARER_TOKEN_BEDROCK;
  if (wanted) return { state: 'wrong', text: 'no AWS credentials, but Bedrock is configured', fix: howToSignIn };
  return { state: 'unseen', text: 'no AWS credentials, so the AWS checks were skipped' };
}

function regionOf({ aws, config }: DoctorContext): Finding {
  if (aws.region) return { state: 'ok', text: `region ${aws.region}` };
  if (config.stack.region) return { state: 'ok', text: `region ${config.stack.region} for the stack` };
  return { state: 'later', text: 'no AWS region', fix: 'Set AWS_REGION, for example to us-east-1, or set `stack.region`.' };
}

/** Checks the account's concurrency against the reservations of the stack. New accounts have a quota of ten. */
export async function lambdaQuota(context: DoctorContext): Promise<Finding[]> {
  const { config, aws } = context;
  const credentials = await credentialsOf(context);
  const region = config.stack.region ?? aws.region;
  if (!credentials || !region) return [];
  const unseen = (why: string): Finding[] => [{ state: 'unseen', text: `could not check the account's concurrency ${why}` }];
  const signal = AbortSignal.timeout(context.limitMs);
  const found = await concurrencyQuota(credentials, { environment: context.environment, region, signal }).catch(() => undefined);
  if (!found) return unseen('because Lambda did not respond');
  if (!('quota' in found)) {
    if (found.status === 403) return unseen('because these credentials lack lambda:GetAccountSettings');
    return unseen(`because Lambda responded with ${codeIn(found)}`);
  }
  const { quota } = found;
  const { reservedConcurrency: reserved } = config.stack;
  const families = familiesOf(config);
  const needed = reserved === false ? 0 : neededConcurrency(reserved, families.length);
  if (reserved === false || needed <= quota)
    return [{ state: 'ok', text: `Lambda allows ${quota} concurrent requests in ${region}` }];
  return [
    {
      state: 'later',
      text: `Lambda allows ${quota} concurrent requests in ${region}, but stack.reservedConcurrency ${reserved} for ${families.length} functions needs ${needed}`,
      fix: 'Set stack.reservedConcurrency to false so that the functions share the quota, or request a higher "Concurrent executions" quota in Service Quotas.',
    },
  ];
}

/** Checks that the secrets of deployed functions are readable and have a key. Reads the keys and never shows them. */
export async function deployedSecrets(context: DoctorContext): Promise<Finding[]> {
  const { aws, config, providers } = context;
  const names = new Set(providers.flatMap(({ deployedSecret }) => deployedSecret ?? []));
  if (names.size === 0 || !(await credentialsOf(context))) return [];
  const region = config.stack.region ?? aws.region;
  const secrets = secretsManager({ access: { ...aws, region }, random: Math.random });
  return Promise.all(
    [...names].map(async (name): Promise<Finding> => {
      try {
        await secrets(name).read();
        return { state: 'ok', text: `the secret ${name} holds a key` };
      } catch (thrown) {
        if (!(thrown instanceof SluiceError)) throw thrown;
        return { ...wrong(thrown.message.replace(/^.*?\. The(?= secret)/, 'the')), state: 'later' };
      }
    }),
  );
}

/** The available credentials. The search may contact a metadata service that doesn't exist here. */
async function credentialsOf({ aws, limitMs }: DoctorContext): Promise<AwsCredentials | undefined> {
  const found = aws.credentials();
  if (await timedOut(found, limitMs, aws.clock)) return undefined;
  try {
    return await found;
  } catch (thrown) {
    if (thrown instanceof AwsError) return undefined;
    throw thrown;
  }
}

interface PreparedRequest {
  readonly service: 'sts';
  readonly region: string;
  readonly path: string;
  readonly form?: string;
}

async function call(
  { environment, limitMs }: DoctorContext,
  credentials: AwsCredentials,
  { path, ...asked }: PreparedRequest,
): Promise<AwsAnswer | Finding> {
  const url = awsEndpoint(environment, asked.service, asked.region) + path.slice(1);
  const signal = AbortSignal.timeout(limitMs);
  try {
    return await signedRequest(credentials, { ...asked, url, signal });
  } catch (thrown) {
    const late = new SluiceError('upstream_timeout', `There was no response within ${limitMs / 1000} s.`);
    return unanswered(`AWS (${asked.service})`, signal.aborted ? late : thrown);
  }
}

/** AWS's name of an error, in XML or JSON. */
function codeIn({ status, text }: AwsAnswer): string {
  const [, code = `status ${status}`] = /<Code>([^<]*)<|"(?:__type|Code|code)"\s*:\s*"([^"]*)"/.exec(text) ?? [];
  return code;
}
