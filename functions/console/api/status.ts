import { providerSummaries } from '../../../lib/app/provider-summary.ts';
import type { Environment } from '../../../lib/config/environment.ts';
import type { Config } from '../../../lib/config/schema.ts';
import { providerPresets } from '../../../lib/providers/presets.ts';
import { version } from '../../../lib/version.ts';
import type { ProviderStatus, StatusReport } from './types.ts';

export interface StatusSettings {
  readonly config: Config;
  readonly environment: Environment;
  /** The configuration's file. */
  readonly file: string;
  /** The names of the enabled providers. */
  readonly providers: readonly string[];
  readonly clientKeys: number;
}

/** A provider that takes longer counts as unreachable, in milliseconds. */
const limitMs = 4000;

/** Reports the state of a development server. Probes every provider at once, without keys. */
export function statusReporter({
  config,
  environment,
  file,
  providers,
  clientKeys,
}: StatusSettings): () => Promise<StatusReport> {
  const startedAt = Date.now();
  const enabled = new Set(providers);
  const summaries = new Map(providerSummaries(config, environment, providers).map((summary) => [summary.name, summary]));
  const available = Object.entries(providerPresets).flatMap(([name, { environment: variables }]) =>
    variables?.key && !enabled.has(name) ? [{ name, variable: variables.key }] : [],
  );
  return async () => ({
    version,
    configuration: file,
    uptimeMs: Date.now() - startedAt,
    clientKeys,
    providers: await Promise.all(
      providers.map((name) => {
        const { kind, baseUrl, region, variable, secret } = summaries.get(name) ?? {};
        const regional = kind === 'bedrock' && region ? `https://bedrock-runtime.${region}.amazonaws.com` : undefined;
        const key =
          variable === undefined ? secret && { name: secret } : { name: variable, isSet: Boolean(environment[variable]) };
        return providerStatus(name, baseUrl ?? regional, key);
      }),
    ),
    available,
  });
}

/** Any HTTP response counts as reachable, a refusal too. An embedded provider has no address and is always reachable. */
async function providerStatus(
  name: string,
  address: string | undefined,
  key: ProviderStatus['key'] | '',
): Promise<ProviderStatus> {
  if (address === undefined) return { name, reachable: true };
  const known = { name, address, ...(key && { key }) };
  const startedAt = performance.now();
  try {
    await fetch(address, { method: 'HEAD', redirect: 'manual', signal: AbortSignal.timeout(limitMs) });
    return { ...known, reachable: true, ms: Math.round(performance.now() - startedAt) };
  } catch (error) {
    return { ...known, reachable: false, problem: problemIn(error) };
  }
}

/** The cause of a failed fetch is more useful than its message. */
function problemIn(error: unknown): string {
  if (error instanceof Error && error.name === 'TimeoutError') return `no answer within ${limitMs / 1000} s`;
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return code || (error instanceof Error ? error.message : String(error));
}
