import type { KeyRecord } from '../access/keys.ts';
import { createLimits, type Limits } from '../access/limits/limits.ts';
import { memoryStore } from '../access/limits/memory-store.ts';
import type { LimitStore } from '../access/limits/store.ts';
import type { Config } from '../config/schema.ts';
import { createGateway, type Gateway } from '../gateway/gateway.ts';
import { createPricing, type Pricing } from '../gateway/pricing.ts';
import type { Provider } from '../providers/provider.ts';
import { failureLine } from '../telemetry/failure-line.ts';
import { createRecorder, type Recorder } from '../telemetry/recorder.ts';
import { type Clock, processClock } from '../time/clock.ts';
import { createRoutes, type Routes } from './routes.ts';

/** Everything the functions share, made once for a process from its configuration. */
export interface Sluice {
  readonly gateway: Gateway;
  readonly routes: Routes;
  readonly clock: Clock;
  /** The keys that are let in; `undefined` on a server without keys, which only programs of its own machine may use. */
  readonly keys: readonly KeyRecord[] | undefined;
  /** Who decides who is let in: keys alone, or AWS before a request gets here. */
  readonly auth: 'keys' | 'iam';
  /** What the distribution in front of the functions shows; without it nobody is let in. */
  readonly originSecret?: string;
  /** What keys may use. */
  readonly limits: Limits;
  readonly pricing: Pricing;
  /** Origins whose pages may ask. */
  readonly cors: readonly string[];
  readonly bodyLimit: number;
  /** The output cap of a request that names none, in tokens, and the most that one may name. */
  readonly outputTokens: { readonly default: number; readonly limit: number };
  /** Told of every request when it is over. */
  readonly record: Recorder;
}

export interface SluiceSettings {
  readonly config: Config;
  /** What the configuration was read from, for error messages. */
  readonly file: string;
  readonly providers: ReadonlyMap<string, Provider>;
  /** Models that providers offered by themselves. */
  readonly listed?: readonly string[];
  /** Providers that are asked for no model but those that the configuration names. */
  readonly namedOnly?: ReadonlySet<string>;
  readonly keys: readonly KeyRecord[] | undefined;
  readonly originSecret?: string | undefined;
  /** Where the sums behind the keys' limits are kept: this process's memory, unless told. */
  readonly limitStore?: LimitStore;
  /** The time by which those are counted, in milliseconds since 1970: this machine's, unless told. */
  readonly now?: () => number;
  /** Takes one line of the log. */
  readonly log: (line: string) => void;
  /** The log's lines tell CloudWatch each request's metrics too. */
  readonly metrics?: boolean;
  readonly clock?: Clock;
  /** How long a stream's status may wait for the first content, in milliseconds. */
  readonly commitAfterMs?: number;
  /** How long a stream may be silent, in milliseconds. */
  readonly heartbeatMs?: number;
}

const defaultOutputTokens = 8192;

/** Throws a ConfigError when the configuration names what is not there. */
export function createSluice(settings: SluiceSettings): Sluice {
  const { config, providers, file, listed = [], clock = processClock(), limitStore: store = memoryStore() } = settings;
  const pricing = createPricing(config.prices);
  const onFailure = (reason: unknown) => settings.log(failureLine('limits', reason));
  return {
    gateway: createGateway({
      clock,
      commitAfterMs: settings.commitAfterMs ?? 10_000,
      heartbeatMs: settings.heartbeatMs ?? 15_000,
      random: Math.random,
    }),
    routes: createRoutes(config, providers, listed, file, settings.namedOnly),
    clock,
    keys: settings.keys,
    auth: config.stack.auth,
    ...(settings.originSecret && { originSecret: settings.originSecret }),
    limits: createLimits({ store, pricing, now: settings.now ?? Date.now, onFailure }),
    pricing,
    cors: config.cors,
    bodyLimit: config.bodyLimit,
    outputTokens: {
      default: Math.min(config.maxOutputTokens ?? defaultOutputTokens, defaultOutputTokens),
      limit: config.maxOutputTokens ?? Number.POSITIVE_INFINITY,
    },
    record: createRecorder(settings),
  };
}
