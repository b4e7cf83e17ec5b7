import { isAzureV1Url } from '../../lib/providers/azure-v1-url.ts';
import type { ProviderKind } from '../../lib/providers/provider-kinds.ts';
import { putSecretCommand } from '../../lib/secrets/secret-commands.ts';
import { ask, type Reply, unanswered } from './ask.ts';
import type { DoctorContext, DoctorProvider, Finding } from './check.ts';

interface KeyCheck {
  readonly path: string;
  readonly headers: (key: string) => Record<string, string>;
  /** For servers without a model list: a request that the server rejects for its body after checking the key. */
  readonly refused?: string;
}

const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
const openaiShaped: KeyCheck = { path: '/models', headers: bearer, refused: '/chat/completions' };

/** A free request that shows whether the key is valid: the model list. */
const keyChecks: Readonly<Record<Exclude<ProviderKind, 'bedrock'>, KeyCheck>> = {
  'openai-compatible': openaiShaped,
  openai: openaiShaped,
  predictionguard: openaiShaped,
  empower: openaiShaped,
  azure: { path: '/openai/models?api-version=2024-10-21', headers: (key) => ({ 'api-key': key }) },
  anthropic: { path: '/v1/models', headers: (key) => ({ 'x-api-key': key, 'anthropic-version': '2023-06-01' }) },
  gemini: { path: '/models?pageSize=1', headers: (key) => ({ 'x-goog-api-key': key }) },
};

/** Azure's newer form has no version in its paths. */
const azureV1: KeyCheck = { ...keyChecks.azure, path: '/models' };

/** Lists its models without a key, but shows the state of a key to that key. */
const own: Readonly<Record<string, KeyCheck>> = { openrouter: { path: '/key', headers: bearer } };

/** Checks which providers with a URL respond and accept their keys. Skips providers without an available key. */
export async function providerAnswers({ providers, environment, limitMs }: DoctorContext): Promise<Finding[]> {
  const findings = await Promise.all(providers.map((provider) => answer(provider, limitMs, environment.AWS_REGION)));
  return findings.filter((finding) => finding !== undefined);
}

async function answer(provider: DoctorProvider, limitMs: number, region?: string): Promise<Finding | undefined> {
  const { name, kind, baseUrl } = provider;
  if (kind === 'bedrock' || baseUrl === undefined) return undefined;
  let key: string | undefined;
  try {
    key = await provider.key.read();
  } catch {
    return { state: 'unseen', text: `${name}: not checked because its key is missing` };
  }
  if (key !== undefined && !/^[\x21-\x7e]+$/.test(key)) {
    return {
      state: 'wrong',
      text: `${name}: the key contains invalid characters`,
      fix: `${again(provider, region)} Check it for line breaks and spaces.`,
    };
  }
  const isAzureV1 = kind === 'azure' && isAzureV1Url(baseUrl);
  const { path, headers, refused } = own[name] ?? (isAzureV1 ? azureV1 : keyChecks[kind]);
  const root = kind === 'anthropic' ? baseUrl.replace(/\/v1$/, '') : baseUrl;
  const request = { headers: { accept: 'application/json', ...(key && headers(key)) } };
  try {
    const listed = await ask({ ...request, method: 'GET', url: new URL(root + path) }, limitMs);
    if (refused === undefined || (listed.status !== 404 && listed.status !== 405)) return judge(provider, key, listed, region);
    const body = { ...request.headers, 'content-type': 'application/json' };
    const reply = await ask({ method: 'POST', url: new URL(root + refused), headers: body, body: '{}' }, limitMs);
    return judge(provider, key, reply.status === 400 || reply.status === 422 ? { ...reply, status: 200 } : reply, region);
  } catch (thrown) {
    return unanswered(name, thrown);
  }
}

function judge(provider: DoctorProvider, key: string | undefined, reply: Reply, region?: string): Finding {
  const { name } = provider;
  const { status, text, ms } = reply;
  if (status >= 200 && status < 300) {
    return { state: 'ok', text: `${name} responds in ${ms} ms${key === undefined ? '' : ' and accepts the key'}` };
  }
  const found = (what: string, fix: string): Finding => ({ state: 'wrong', text: `${name} ${what} (${status})`, fix });
  // Gemini uses 400 where others use 401.
  if (status === 401 || status === 403 || /API_KEY_INVALID|api key not valid/i.test(text)) {
    return key === undefined
      ? found('requires a key', again(provider, region))
      : found('rejects the key', `${again(provider, region)} Is it a valid key of this provider?`);
  }
  if (status === 429) return found('throttles the key', "Wait, or check the account's limits and balance.");
  if (status >= 300 && status < 400) {
    return found('redirects to another address', 'Use that address as its base URL. Sluice does not follow redirects.');
  }
  if (status < 500) {
    return found(`has no such API at ${provider.baseUrl}`, 'Correct its base URL. Most base URLs end in /v1.');
  }
  return found('responds, but fails', 'Try again later. Its status page may have more information.');
}

/** How to set its key again. */
function again({ name, variable, secret }: DoctorProvider, region?: string): string {
  if (secret !== undefined) return `Put the key into its secret again: ${putSecretCommand(secret, region)}.`;
  return variable === undefined ? `Give providers.${name} a \`key\`.` : `Set ${variable} again.`;
}
