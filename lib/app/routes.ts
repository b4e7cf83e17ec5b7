import { ConfigError } from '../config/config-error.ts';
import { namedTargets } from '../config/named-targets.ts';
import { nearest } from '../config/nearest.ts';
import type { Config, TimeoutsConfig } from '../config/schema.ts';
import type { Route, Target } from '../gateway/gateway-request.ts';
import { defaultTimeouts, defaultTotalMs, firstContentBeforeFallback } from '../policy/deadlines.ts';
import { providerPresets } from '../providers/presets.ts';
import type { Provider } from '../providers/provider.ts';
import { SluiceError } from '../stream/errors.ts';
import { givenRules } from './given-rules.ts';
import type { ModelList } from './model-list.ts';

export interface Routes {
  /** The targets of a model name. Throws `model_not_found` with the nearest names. */
  resolve(name: string): Route;
  /** The names for the model list: aliases, then targets that the configuration or a provider lists. */
  readonly names: readonly string[];
}

export interface RouteOptions {
  /** The models that providers list themselves. */
  readonly models?: Pick<ModelList, 'names' | 'known'>;
  /** The demo models. They come last. */
  readonly demo?: readonly string[];
  /** Providers that serve only the models in the configuration, because the function role may call no others. */
  readonly namedOnly?: ReadonlySet<string>;
}

interface TargetSettings {
  readonly prefill?: boolean;
  readonly isLast?: boolean;
  readonly more?: Pick<Target, 'modelFamily' | 'rules'>;
}

/**
 * Model names and their targets. Throws a ConfigError for an alias whose target has no provider.
 */
export function createRoutes(
  config: Config,
  providers: ReadonlyMap<string, Provider>,
  file: string,
  { models = noModels, demo = [], namedOnly = new Set() }: RouteOptions = {},
): Routes {
  const named = new Set(namedTargets(config));
  const { total: totalMs = defaultTotalMs, ...given } = config.timeouts;

  const defaults = { totalMs, retries: config.retries, continueText: false };

  function target(
    name: string,
    own?: TimeoutsConfig,
    { prefill = false, isLast = true, more = {} }: TargetSettings = {},
  ): Target {
    const provider = longestPrefix(name, providers);
    if (!provider) {
      const known = [...providers.keys()].join(', ') || 'none';
      throw new ConfigError(
        `${file}: models: expected targets of configured providers (${known}), found ${JSON.stringify(name)}. Add that provider or correct the name.`,
      );
    }
    const { total: _, ...ownTimeouts } = own ?? {};
    const firstContent = isLast ? {} : { firstContent: firstContentBeforeFallback };
    const all = { ...defaultTimeouts, ...firstContent, ...provider.timeouts, ...given, ...ownTimeouts };
    const model = name.slice(provider.name.length + 1);
    // A bare name, because the nearest one may be an alias or belong to another provider.
    const similar = () => nearest(model, namesWith(models.known()), 3).filter((near) => near !== name);
    return { provider, model, timeouts: all, prefill, similar, ...more };
  }

  function alias(name: string, entry: Config['models'][string]): Route {
    if (typeof entry === 'string') return { ...defaults, name, targets: [target(entry)] };
    const targets = entry.targets.map((item, index) => {
      const isLast = index === entry.targets.length - 1;
      if (typeof item === 'string') return target(item, entry.timeouts, { isLast });
      const { prefill = false } = item.capabilities ?? {};
      const more = {
        ...(item.profileOf !== undefined && { modelFamily: item.profileOf }),
        ...(item.rules && { rules: givenRules(item.rules) }),
      };
      return target(item.target, { ...entry.timeouts, ...item.timeouts }, { prefill, isLast, more });
    });
    return {
      ...defaults,
      name,
      targets,
      continueText: entry.continue === 'text',
      ...(entry.timeouts?.total !== undefined && { totalMs: entry.timeouts.total }),
      ...(entry.retries !== undefined && { retries: entry.retries }),
      ...hedging(entry),
    };
  }

  const routes = new Map(Object.entries(config.models).map(([name, entry]) => [name, alias(name, entry)]));
  const namesWith = (listed: readonly string[]) => [...new Set([...routes.keys(), ...listed, ...demo])];

  return {
    get names() {
      return namesWith(models.names());
    },
    resolve(name) {
      const route = routes.get(name);
      if (route) return route;
      const full = longestPrefix(name, providers) ? name : claimed(name, providers);
      if (full && name.length <= maxNameCharacters && !isNoName.test(name)) {
        const only = target(full);
        if (namedOnly.has(only.provider.name) && !named.has(full)) throw notNamed(name, full, file);
        return { ...defaults, name, targets: [only] };
      }
      throw notFound(name, namesWith(models.known()), namedOnly.size === 0);
    },
  };
}

const noModels: Pick<ModelList, 'names' | 'known'> = { names: () => [], known: () => [] };

/** Names the missing key of a known provider, or else the nearest names. */
function notFound(name: string, names: readonly string[], isDevelopment: boolean): SluiceError {
  const missing = presetOf(name);
  if (missing) {
    const [provider, variable] = missing;
    const fix = isDevelopment
      ? `Set ${variable} to use ${provider} models.`
      : `The provider ${provider} is not configured here. The operator has to add the model and deploy again.`;
    return new SluiceError('model_not_found', `No provider for the model \`${name}\` is enabled. ${fix}`, { param: 'model' });
  }
  const near = nearest(name, names, 3);
  const hint =
    near.length > 0
      ? `Did you mean ${near.map((candidate) => `\`${candidate}\``).join(' or ')}? GET /v1/models lists the names.`
      : 'GET /v1/models lists the names.';
  return new SluiceError('model_not_found', `No model with the name \`${name}\` is configured. ${hint}`, { param: 'model' });
}

/** The known provider of this name that isn't enabled, and the variable that would enable it. */
function presetOf(name: string): [provider: string, variable: string] | undefined {
  for (const [provider, { environment, claims = [] }] of Object.entries(providerPresets)) {
    const belongs = name.startsWith(`${provider}/`) || claims.some((beginning) => name.startsWith(beginning));
    const variable = provider === 'bedrock' ? 'AWS_PROFILE or AWS_BEARER_TOKEN_BEDROCK' : environment?.key;
    if (belongs && variable) return [provider, variable];
  }
  return undefined;
}

/**
 * With two targets or more, a slow first token starts the next target after a while by default. The default leaves out
 * requests that ask for reasoning, which are expected to be silent at first.
 */
function hedging({
  targets,
  hedgeAfter,
}: Exclude<Config['models'][string], string>): Pick<Route, 'hedgeAfterMs' | 'hedgesReasoning'> {
  if (hedgeAfter === 'off' || targets.length < 2) return {};
  return hedgeAfter === undefined ? { hedgeAfterMs: defaultHedgeMs } : { hedgeAfterMs: hedgeAfter, hedgesReasoning: true };
}

/** After how long without content the next target is started by default, in milliseconds. */
const defaultHedgeMs = 10_000;

/** The line to add to the configuration, so that the function role may call the model after the next deployment. */
function notNamed(name: string, full: string, file: string): SluiceError {
  const line = `${JSON.stringify(name)}: ${JSON.stringify(full)}`;
  return new SluiceError(
    'model_not_found',
    `The model \`${name}\` is not among the models that are deployed here. Add ${line} to \`models\` in ${file} and deploy again.`,
    { param: 'model', publicMessage: `The model \`${name}\` is not available here. GET /v1/models lists the names.` },
  );
}

/** The length of the longest valid name, a Bedrock ARN. */
const maxNameCharacters = 2048;

/**
 * Invalid in any model name: control characters, lone surrogates, and dot segments that would change the path of a
 * provider URL.
 */
const isNoName = /[\p{Cc}\p{Cs}]|(?:^|\/)\.{1,2}(?:\/|$)/u;

/** Provider names may contain a slash (`demo/openai`), so the longest match wins. */
function longestPrefix(name: string, providers: ReadonlyMap<string, Provider>): Provider | undefined {
  for (let end = name.lastIndexOf('/'); end > 0; end = name.lastIndexOf('/', end - 1)) {
    const provider = providers.get(name.slice(0, end));
    if (provider) return provider;
  }
  return undefined;
}

/** A bare name goes to the enabled provider whose preset claims its prefix. */
function claimed(name: string, providers: ReadonlyMap<string, Provider>): string | undefined {
  for (const [provider, record] of Object.entries(providerPresets)) {
    if (providers.has(provider) && record.claims?.some((beginning) => name.startsWith(beginning))) return `${provider}/${name}`;
  }
  return undefined;
}
