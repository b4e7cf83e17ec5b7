import type { AwsAccess } from '../aws/access.ts';
import { AwsError } from '../aws/aws-error.ts';
import { awsJsonCall } from '../aws/json-call.ts';
import { retryOnce } from '../policy/retry-once.ts';
import type { KeySource } from '../providers/key-source.ts';
import { rememberSecret } from '../redact/redact.ts';
import type { SluiceError } from '../stream/errors.ts';
import { isObject, type Json } from '../stream/json.ts';
import { wallTime } from '../time/clock.ts';
import { NoKeyInSecret, secretUnavailable } from './secret-unavailable.ts';

/** How long a key is used before its secret is read again, in milliseconds. */
const freshForMs = 5 * 60_000;
/** How long a key is used after its last successful read while its secret can't be read. */
const staleForMs = 60 * 60_000;
/**
 * The minimum time between two reads of a secret, however many keys are rejected. After a failure that may pass it is the
 * time after which clients are asked to retry.
 */
const pauseMs = 5_000;
/**
 * The timeout of a call, a little less than that of a connection. When 200 environments start at once, Secrets Manager
 * may take seconds.
 */
const timeoutMs = 4_500;

export interface SecretsManagerSettings {
  readonly access: AwsAccess;
  /** From 0 to 1, for the jitter of the retry. */
  readonly random: () => number;
  /** Called for each failed read, even if a cached key covers it. */
  readonly onFailure?: (secretName: string, error: SluiceError) => void;
}

/**
 * The keys in Secrets Manager, by secret name. A secret is read when its key is first needed, with one call for all
 * concurrent requests, and cached for five minutes. Its value is the key itself, or JSON with an `apiKey`.
 */
export function secretsManager(settings: SecretsManagerSettings): (secretName: string) => KeySource {
  const secrets = new Map<string, Secret>();
  return (secretName) => {
    const secret = secrets.get(secretName) ?? new Secret(secretName, settings);
    secrets.set(secretName, secret);
    return secret;
  };
}

class Secret implements KeySource {
  readonly #name: string;
  readonly #settings: SecretsManagerSettings;
  #key: string | undefined;
  #failure: SluiceError | undefined;
  #pending: Promise<void> | undefined;
  // Wall-clock times in milliseconds, because an environment may be frozen for hours between two requests.
  #firstAttemptAt = Number.NEGATIVE_INFINITY;
  #readAt = Number.NEGATIVE_INFINITY;
  /** On the clock of `refresh`. */
  #changedAt = Number.NEGATIVE_INFINITY;

  constructor(name: string, settings: SecretsManagerSettings) {
    this.#name = name;
    this.#settings = settings;
  }

  get #age(): number {
    const age = wallTime(this.#settings.access.clock) - this.#readAt;
    // A wall clock that was set back says nothing about the age.
    return age < 0 ? freshForMs : age;
  }

  async read(): Promise<string> {
    if (this.#age >= freshForMs) await this.#update();
    if (this.#key !== undefined && this.#age < staleForMs) return this.#key;
    throw this.#failure ?? secretUnavailable(this.#named, undefined);
  }

  async refresh(since: number): Promise<boolean> {
    if (this.#changedAt < since) await this.#update();
    return this.#changedAt >= since;
  }

  /** Reads the secret, unless it was read a moment ago. Concurrent callers wait for the same result. */
  async #update(): Promise<void> {
    const { clock } = this.#settings.access;
    const pause = this.#failure?.retryAfterMs ?? pauseMs;
    if (!this.#pending && Math.abs(wallTime(clock) - this.#firstAttemptAt) < pause) return;
    this.#firstAttemptAt = wallTime(clock);
    this.#pending ??= this.#load().finally(() => {
      this.#pending = undefined;
    });
    await this.#pending;
  }

  async #load(): Promise<void> {
    const { access, random, onFailure } = this.#settings;
    const call = { service: 'secretsmanager', operation: 'GetSecretValue', body: { SecretId: this.#name }, timeoutMs } as const;
    try {
      const answer = await retryOnce(() => awsJsonCall(access, call), { clock: access.clock, random, isTransient });
      const key = keyIn(answer.SecretString);
      rememberSecret(key);
      if (this.#key !== undefined && key !== this.#key) this.#changedAt = access.clock.now();
      this.#key = key;
      this.#failure = undefined;
      this.#readAt = wallTime(access.clock);
    } catch (thrown) {
      this.#failure = secretUnavailable(this.#named, thrown);
      onFailure?.(this.#name, this.#failure);
    }
  }

  get #named() {
    return { secretName: this.#name, region: this.#settings.access.region };
  }
}

function isTransient(thrown: unknown): boolean {
  return thrown instanceof AwsError && thrown.isTransient;
}

/** The key in the value of a secret. Throws NoKeyInSecret. */
function keyIn(value: Json | undefined): string {
  const text = typeof value === 'string' ? value.trim() : '';
  const key = text.startsWith('{') ? apiKeyIn(text) : text;
  if (key === '') throw new NoKeyInSecret('is empty');
  return key;
}

function apiKeyIn(text: string): string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new NoKeyInSecret('starts like JSON but is not valid JSON');
  }
  const apiKey = isObject(value) ? value.apiKey : undefined;
  if (typeof apiKey !== 'string') throw new NoKeyInSecret('is JSON without an `apiKey`');
  return apiKey.trim();
}
