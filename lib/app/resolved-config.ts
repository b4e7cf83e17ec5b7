import { deploymentDiagnostics } from '../config/deployment-diagnostics.ts';
import { diagnosticLine } from '../config/diagnostic.ts';
import type { Environment } from '../config/environment.ts';
import { namedTargets } from '../config/named-targets.ts';
import type { Config } from '../config/schema.ts';
import type { Timeouts } from '../policy/deadlines.ts';
import { givenKey } from '../providers/key-source.ts';
import { makeProvider } from '../providers/make-provider.ts';
import { configuredProviders } from './configured-providers.ts';
import { type ProviderSummary, providerSummaries } from './provider-summary.ts';
import { createSluice } from './sluice.ts';

/** A configuration as it works: what each model's name leads to, where keys are looked for, what is capped. */
export interface ResolvedConfig {
  readonly models: readonly ResolvedModel[];
  readonly providers: readonly ProviderSummary[];
  readonly caps: ResolvedCaps;
  /** Client keys, without anything of the keys themselves. */
  readonly keys: readonly Omit<Config['keys'][number], 'sha256'>[];
  /** What a deployment would stumble over, a line each; the dev server does not. */
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
  /** Of an answer: what a request gets that names no limit, and the most that one may name, if there is a most. */
  readonly outputTokens: { readonly default: number; readonly limit: number | null };
  readonly bodyLimitBytes: number;
}

/** Resolves as a server does, but asks nobody and reads no key. Throws a ConfigError. */
export function resolveConfig(config: Config, environment: Environment, file: string): ResolvedConfig {
  const configured = configuredProviders(config, environment, file);
  const providers = new Map([...configured, ...embeddedProviders(config)]);
  const sluice = createSluice({ config, file, providers, keys: config.keys, log: () => {} });
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
    keys: config.keys.map(({ sha256: _, ...key }) => key),
    whenDeployed: deploymentDiagnostics(config).map((diagnostic) => diagnosticLine(diagnostic, file)),
  };
}

/** Stand-ins for the embedded providers that models name: nobody is listening behind them yet. */
function embeddedProviders(config: Config) {
  const names = namedTargets(config).flatMap((target) => /^demo\/[^/]+(?=\/)/.exec(target) ?? []);
  return names.map((name) => {
    const provider = makeProvider({ name, kind: 'openai-compatible', baseUrl: 'http://127.0.0.1', key: givenKey() });
    return [name, provider] as const;
  });
}
