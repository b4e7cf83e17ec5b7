import { namedTargets } from '../../lib/config/named-targets.ts';
import { bedrockSigner } from '../../lib/providers/bedrock-signing.ts';
import { SluiceError } from '../../lib/stream/errors.ts';
import { ask, type Reply, unanswered } from './ask.ts';
import { type DoctorContext, type DoctorProvider, type Finding, wrong } from './check.ts';

/**
 * Checks which of the configured Bedrock models would respond. Invokes each with an empty body, which costs nothing:
 * AWS first checks the permission, then the model rejects the body. This is the permission that Converse needs, and
 * it covers inference profiles, unlike the control plane's GetFoundationModelAvailability.
 */
export async function bedrockModels(context: DoctorContext): Promise<Finding[]> {
  const { config, providers } = context;
  const asked = providers
    .filter(({ kind }) => kind === 'bedrock')
    .flatMap((provider) => {
      const begins = `${provider.name}/`;
      const targets = new Set(namedTargets(config).filter((target) => target.startsWith(begins)));
      return [...targets].map((target) => reach(context, provider, target.slice(begins.length)));
    });
  return Promise.all(asked);
}

async function reach({ environment, limitMs }: DoctorContext, provider: DoctorProvider, model: string): Promise<Finding> {
  const { name, region, baseUrl } = provider;
  const { AWS_ACCESS_KEY: accessKeyId, AWS_SECRET_KEY: secretAccessKey } = environment;
  const sign = bedrockSigner({
    name,
    ...(region && { region }),
    ...(baseUrl && { endpoint: baseUrl }),
    ...(accessKeyId && secretAccessKey && { credentials: { accessKeyId, secretAccessKey } }),
  });
  const signal = AbortSignal.timeout(limitMs);
  const target = `${name}/${model}`;
  try {
    const signed = await sign('invoke', { model, body: {}, signal, onConnected: () => {} });
    return judge(target, region, await ask(signed, limitMs));
  } catch (thrown) {
    if (thrown instanceof SluiceError && thrown.kind === 'provider_auth_error') {
      return { ...wrong(thrown.message), text: `${target}: ${wrong(thrown.message).text}` };
    }
    return unanswered(target, thrown);
  }
}

/** The meaning of the error for an empty body. The first matching row counts. Otherwise the model is available. */
const refusals: readonly { exception: RegExp; message: RegExp; text: string; fix: string }[] = [
  {
    exception: /^ValidationException/,
    message: /on-demand throughput/i,
    text: 'can only be used through an inference profile',
    fix: 'Use the profile instead of the model. Its id is the model id with `us.`, `eu.`, `apac.` or `global.` in front.',
  },
  {
    exception: /^(ValidationException|ResourceNotFoundException)/,
    message: /identifier is invalid|not found|could not|does not exist|end of its life|legacy/i,
    text: 'does not exist',
    fix: 'Check the id, and that the model is available in the region of the provider. The Bedrock console lists both.',
  },
  {
    exception: /^ResourceNotFoundException/,
    message: /./,
    text: 'is not enabled for this account yet',
    fix: 'Invoke the model once as somebody with aws-marketplace:Subscribe and aws-marketplace:ViewSubscriptions, for example in the playground of the Bedrock console. Anthropic asks for a use case once. See docs/deploy.md.',
  },
  {
    exception: /^AccessDeniedException/,
    message: /not authorized to perform|explicit deny/i,
    text: "can't be invoked with these credentials",
    fix: 'Grant them bedrock:InvokeModelWithResponseStream on the model, and on its inference profile if you use one.',
  },
  {
    exception: /^AccessDeniedException/,
    message: /^/,
    text: 'is not available to this account',
    fix: 'Invoke the model once as somebody with aws-marketplace:Subscribe and aws-marketplace:ViewSubscriptions. See docs/deploy.md.',
  },
  {
    exception: /^(UnrecognizedClientException|InvalidSignatureException|ExpiredTokenException|InvalidClientTokenId)/,
    message: /^/,
    text: 'was not checked because AWS rejects the credentials',
    fix: 'Renew them, for example with `aws sso login`.',
  },
  {
    exception: /^(Throttling|ServiceQuotaExceeded|TooManyRequests)/,
    message: /^/,
    text: 'has no quota left',
    fix: 'Wait, or request a higher quota for this model in Service Quotas. New accounts start with very low quotas.',
  },
];

function judge(target: string, region: string | undefined, { status, headers, text, ms }: Reply): Finding {
  const exception = headers['x-amzn-errortype'] ?? '';
  const found = refusals.find((row) => row.exception.test(exception) && row.message.test(text));
  if (found) return { state: 'wrong', text: `${target} ${found.text} (${exception.split(':', 1)[0]})`, fix: found.fix };
  if (status < 300 || exception.startsWith('ValidationException')) {
    return { state: 'ok', text: `${target} responds${region ? ` in ${region}` : ''} after ${ms} ms` };
  }
  return {
    state: 'wrong',
    text: `${target} responds with ${exception || status}`,
    fix: status >= 500 ? 'Try again later.' : 'Check the address and the region of the provider.',
  };
}
