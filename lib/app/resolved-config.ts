import type { KeyRecord } from '../access/keys.ts';
import { deploymentDiagnostics } from '../config/deployment-diagnostics.ts';
import { diagnosticLine } from '../config/diagnostic.ts';
import type { Environment } from '../config/environment.ts';
import { listedKeyRecords } from '../config/key-store.ts';
import { namedTargets } from '../config/named-targets.ts';
import type { Config } from '../config/schema.ts';
import type { Timeouts } from '../policy/deadlines.ts';
import { fixedKey } from '../providers/key-source.ts';
import { makeProvider } from '../providers/make-provider.ts';
import { configuredProviders } from './configured-providers.ts';
import { type ProviderSummary, providerSummaries } from './provider-summary.ts';
import { createSluice } from './sluice.ts';

/** The effective configuration: the targets of each model name, the sources of keys, and the limits. */
export interface ResolvedConfig {
  readonly models: readonly ResolvedModel[];
  readonly providers: readonly ProviderSummary[];
  readonly caps: ResolvedCaps;
  /** Client keys without any part of the keys themselves. */
  readonly keys: readonly Omit<KeyRecord, 'sha256'>[];
  /** Problems that only a deployment would have, one line each. The dev server accepts them. */
  readonly whenDeployed: readonly string[];
}

export interface ResolvedModel {
  readonly name: string;
  readonly targets: readonly { readonly target: string; readonly timeouts: Timeouts; readonly prefill: boolean }[];
  readonly totalMs: number;
  readonly retries: number;
  readonly hedgeAfterMs?: number;
  readonly continueText: boolean;
}

export interface ResolvedCaps {
  /** The default output limit of a request, and the maximum, if there is one. */
  readonly outputTokens: { readonly default: number; readonly limit: number | null };
  readonly bodyLimitBytes: number;
}

/** Resolves the configuration as a server does, but sends no requests and reads no keys. Throws a ConfigError. */
export function resolveConfig(config: Config, environment: Environment, file: string): ResolvedConfig {
  const configured = configuredProviders(config, environment, file);
  const providers = new Map([...configured, ...embeddedProviders(config)]);
  const sluice = createSluice({ config, file, providers, keys: listedKeyRecords(config), log: () => {} });
  const { outputTokens, bodyLimit } = sluice;
  return {
    models: Object.keys(config.models).map((name) => {
      const { targets, ...policy } = sluice.routes.resolve(name);
      return {
        ...policy,
        targets: targets.map(({ provider, model, timeouts, prefill }) => ({
          target: `${provider.name}/${model}`,
          timeouts,
          prefill,
        })),
      };
    }),
    providers: providerSummaries(config, environment, [...configured.keys()]),
    caps: {
      outputTokens: {
        default: outputTokens.default,
        limit: Number.isFinite(outputTokens.limit) ? outputTokens.limit : null,
      },
      bodyLimitBytes: bodyLimit,
    },
    keys: listedKeyRecords(config).map(({ sha256: _, ...key }) => key),
    whenDeployed: deploymentDiagnostics(config).map((diagnostic) => diagnosticLine(diagnostic, file)),
  };
}

/** Placeholders for the embedded providers that models refer to. Nothing listens on their addresses yet. */
function embeddedProviders(config: Config) {
  const names = namedTargets(config).flatMap((target) => /^demo\/[^/]+(?=\/)/.exec(target) ?? []);
  return names.map((name) => {
    const provider = makeProvider({ name, kind: 'openai-compatible', baseUrl: 'http://127.0.0.1', key: fixedKey() });
    return [name, provider] as const;
  });
}
