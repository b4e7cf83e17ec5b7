import type { KeyDirectory, KeyRecord } from '../access/keys.ts';
import { createLimits, type Limits } from '../access/limits/limits.ts';
import { memoryStore } from '../access/limits/memory-store.ts';
import type { LimitStore } from '../access/limits/store.ts';
import { listedKeys } from '../access/listed-keys.ts';
import type { Config } from '../config/schema.ts';
import { createGateway, type Gateway } from '../gateway/gateway.ts';
import { createPricing, type PriceTable, type Pricing } from '../gateway/pricing.ts';
import type { Provider } from '../providers/provider.ts';
import type { LoadStreams } from '../streams/durable-streams.ts';
import { failureLine } from '../telemetry/failure-line.ts';
import { createRecorder, type Recorder } from '../telemetry/recorder.ts';
import { type Clock, processClock } from '../time/clock.ts';
import { createModelList } from './model-list.ts';
import { createRoutes, type Routes } from './routes.ts';

/** Everything that the functions share. Created once per process from its configuration. */
export interface Sluice {
  readonly gateway: Gateway;
  readonly routes: Routes;
  readonly clock: Clock;
  /** The accepted keys. `undefined` on a server without keys, which only accepts clients on the same machine. */
  readonly keys: KeyDirectory | undefined;
  /** Callers are not the operator, so errors don't tell them names of secrets, ARNs or settings. The log has them. */
  readonly hidesInternals: boolean;
  /** How clients authenticate: with keys, or with AWS IAM in front of the function. */
  readonly auth: 'keys' | 'iam';
  /** The origin secret that CloudFront sends. Without it, every request is rejected. */
  readonly originSecret?: string;
  /** The limits of keys. */
  readonly limits: Limits;
  readonly pricing: Pricing;
  /** Origins with cross-origin access. */
  readonly cors: readonly string[];
  readonly bodyLimit: number;
  /** The output limit of a request without one, in tokens, and the maximum. */
  readonly outputTokens: { readonly default: number; readonly limit: number };
  /** Called for every request when it ends. */
  readonly record: Recorder;
  /** Writes a log entry about something outside any request: where it happened, and what. */
  readonly warn: (where: string, reason: unknown) => void;
  /** Streams that outlive their connection; absent where they are off, and then their code isn't loaded. */
  readonly streams?: LoadStreams;
}

export interface SluiceSettings {
  readonly config: Config;
  /** The source of the configuration, for error messages. */
  readonly file: string;
  readonly providers: ReadonlyMap<string, Provider>;
  /** Prices of models without a price in the configuration. */
  readonly defaultPrices?: PriceTable;
  /** The embedded demo models. */
  readonly demo?: readonly string[];
  /** Providers that serve only the models in the configuration. */
  readonly namedOnly?: ReadonlySet<string>;
  readonly keys: readonly KeyRecord[] | undefined;
  /** Where keys are looked up instead. */
  readonly keyDirectory?: KeyDirectory;
  readonly originSecret?: string | undefined;
  /** Default: false, because in development the caller is the operator. */
  readonly hidesInternals?: boolean;
  /** Where the usage counters of the key limits are stored. Default: the memory of this process. */
  readonly limitStore?: LimitStore;
  /** The time for these counters, in milliseconds since 1970. Default: the clock of this machine. */
  readonly now?: () => number;
  /** Writes one log entry. */
  readonly log: (line: string) => void;
  /** Adds the CloudWatch metrics of each request to its log entry. */
  readonly metrics?: boolean;
  readonly clock?: Clock;
  readonly streams?: LoadStreams | undefined;
  /** How long a stream may wait for its first content before its status is sent, in milliseconds. */
  readonly commitAfterMs?: number;
  /** How long a stream may be silent before a heartbeat, in milliseconds. */
  readonly heartbeatMs?: number;
}

const defaultOutputTokens = 8192;

/** Throws a ConfigError if the configuration refers to something that doesn't exist. */
export function createSluice(settings: SluiceSettings): Sluice {
  const { config, providers, file, demo = [], clock = processClock(), limitStore: store = memoryStore() } = settings;
  const pricing = createPricing(config.prices, settings.defaultPrices);
  const warn = (where: string, reason: unknown) => settings.log(failureLine(where, reason));
  return {
    gateway: createGateway({
      clock,
      commitAfterMs: settings.commitAfterMs ?? 10_000,
      heartbeatMs: settings.heartbeatMs ?? 15_000,
      random: Math.random,
    }),
    routes: createRoutes(config, providers, file, {
      models: createModelList(providers, clock),
      demo,
      ...(settings.namedOnly && { namedOnly: settings.namedOnly }),
    }),
    clock,
    keys: settings.keyDirectory ?? (settings.keys && listedKeys(settings.keys)),
    hidesInternals: settings.hidesInternals ?? false,
    auth: config.stack.auth,
    ...(settings.originSecret && { originSecret: settings.originSecret }),
    limits: createLimits({ store, pricing, now: settings.now ?? Date.now, onFailure: (reason) => warn('limits', reason) }),
    pricing,
    cors: config.cors,
    bodyLimit: config.bodyLimit,
    outputTokens: {
      default: Math.min(config.maxOutputTokens ?? defaultOutputTokens, defaultOutputTokens),
      limit: config.maxOutputTokens ?? Number.POSITIVE_INFINITY,
    },
    record: createRecorder(settings),
    warn,
    ...(settings.streams && { streams: settings.streams }),
  };
}
