import type { Environment } from '../config/environment.ts';
import { targetedProviders } from '../config/named-targets.ts';
import type { Config } from '../config/schema.ts';
import { type ProviderPreset, providerPresets } from '../providers/presets.ts';
import type { ProviderKind } from '../providers/provider-kinds.ts';
import { secretNameOf } from './provider-secrets.ts';

/** What an operator sees of a provider: its address and the source of its key. Never the key. */
export interface ProviderSummary {
  readonly name: string;
  readonly kind: ProviderKind;
  /** Missing for Bedrock unless set, because its region determines the address. */
  readonly baseUrl?: string;
  readonly region?: string;
  /** The variable with its key in development. */
  readonly variable?: string;
  /** The secret with its key, if development uses a secret too (`key: { secret }`). */
  readonly secret?: string;
  /** The secret with its key when deployed. */
  readonly deployedSecret?: string;
}

/** The providers that the configuration, its models or `also` refer to, in this order. */
export function providerSummaries(config: Config, environment: Environment, also: readonly string[] = []): ProviderSummary[] {
  const names = new Set([...Object.keys(config.providers), ...targetedProviders(config), ...also]);
  return [...names].flatMap((name) => {
    const entry = config.providers[name] ?? {};
    const preset: Partial<ProviderPreset> = providerPresets[name] ?? providerPresets[entry.kind ?? ''] ?? {};
    const kind = entry.kind ?? preset.kind;
    if (!kind) return [];
    const fromEnvironment = preset.environment?.baseUrl === undefined ? undefined : environment[preset.environment.baseUrl];
    const baseUrl = address(entry.baseUrl ?? (fromEnvironment || preset.baseUrl));
    const region = kind === 'bedrock' ? (entry.region ?? environment.AWS_REGION ?? environment.AWS_DEFAULT_REGION) : undefined;
    const secret = entry.key && 'secret' in entry.key ? entry.key.secret : undefined;
    const variable = entry.key && 'env' in entry.key ? entry.key.env : preset.environment?.key;
    const deployedSecret = secretNameOf(config.stack.name, name, entry, preset);
    return [
      {
        name,
        kind,
        ...(baseUrl && { baseUrl }),
        ...(region && { region }),
        ...(secret === undefined ? variable !== undefined && { variable } : { secret }),
        ...(deployedSecret !== undefined && { deployedSecret }),
      },
    ];
  });
}

/** A base URL from a variable may contain a password, which must not be shown. */
function address(baseUrl: string | undefined): string | undefined {
  const url = baseUrl === undefined ? null : URL.parse(baseUrl);
  return url ? url.origin + url.pathname.replace(/\/$/, '') : baseUrl;
}
