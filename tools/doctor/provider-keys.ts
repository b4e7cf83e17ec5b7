import type { Environment } from '../../lib/config/environment.ts';
import { SluiceError } from '../../lib/stream/errors.ts';
import { type DoctorContext, type DoctorProvider, type Finding, wrong } from './check.ts';

/** Which keys were found. Never shows a key. */
export async function providerKeys({ providers, environment }: DoctorContext): Promise<Finding[]> {
  if (providers.length === 0) {
    return [
      {
        state: 'unseen',
        text: 'no provider except the embedded ones',
        fix: 'Set the key of a provider, such as OPENAI_API_KEY or ANTHROPIC_API_KEY, or add a provider to the configuration.',
      },
    ];
  }
  return Promise.all(providers.map((provider) => keyOf(provider, environment)));
}

async function keyOf(provider: DoctorProvider, environment: Environment): Promise<Finding> {
  const { name, kind, variable, secret, deployedSecret, key } = provider;
  if (kind === 'bedrock') {
    return {
      state: 'ok',
      text: `${name}: ${environment.AWS_BEARER_TOKEN_BEDROCK !== undefined ? 'a token in AWS_BEARER_TOKEN_BEDROCK' : 'uses AWS credentials'}`,
    };
  }
  try {
    if ((await key.read()) === undefined) return { state: 'ok', text: `${name}: used without a key` };
    if (variable !== undefined && !environment[variable]?.trim()) {
      const text = `${name}: a key in the secret ${deployedSecret}, for deployed functions`;
      return { state: 'ok', text, fix: `Set ${variable} to use ${name} on this machine.` };
    }
    return { state: 'ok', text: `${name}: a key in ${secret === undefined ? variable : `the secret ${secret}`}` };
  } catch (thrown) {
    if (!(thrown instanceof SluiceError)) throw thrown;
    const finding = wrong(thrown.message);
    return { ...finding, text: `${name}: ${finding.text}` };
  }
}
