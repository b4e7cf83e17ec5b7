import { allFunctions } from '../../functions/all.ts';
import { keyDigest } from '../../lib/access/keys.ts';
import { configuredProviders } from '../../lib/app/configured-providers.ts';
import { createSluice } from '../../lib/app/sluice.ts';
import { checkConfig } from '../../lib/config/load-config.ts';
import type { ConfigInput } from '../../lib/config/schema.ts';
import type { Fetch } from '../../lib/http/node-server.ts';
import type { Provider } from '../../lib/providers/provider.ts';
import type { JsonObject } from '../../lib/stream/json.ts';
import type { Clock } from '../../lib/time/clock.ts';

/** Words that may leave by no door: not in a body, a header or a line of the log. */
export const secrets = {
  clientKey: 'client-canary-4b1f6c',
  providerKey: 'provider-canary-9d27aa',
  awsSecretKey: 'aws-canary-0c83e1',
};

export interface StackSettings {
  readonly config: ConfigInput;
  readonly clock?: Clock;
  readonly commitAfterMs?: number;
  readonly heartbeatMs?: number;
  /** Puts something between the gateway and a provider, to watch it or to break it. */
  readonly wrap?: (provider: Provider) => Provider;
}

export interface Stack {
  readonly fetch: Fetch;
  /** The access log so far, a line each. */
  readonly log: string[];
  /** One request of a client that has a key. */
  post(path: string, body: JsonObject, more?: { headers?: Record<string, string>; signal?: AbortSignal }): Promise<Response>;
  /** The same with a body that is sent unchanged. */
  send(path: string, body: string, more?: { headers?: Record<string, string>; signal?: AbortSignal }): Promise<Response>;
}

/** All of the product in this process, from the configuration to the functions' routes, with keys that tests look out for. */
export function startStack({ config, wrap = (provider) => provider, ...settings }: StackSettings): Stack {
  const file = 'the test';
  const checked = checkConfig(config, file);
  const environment = {
    TEST_KEY: secrets.providerKey,
    AWS_ACCESS_KEY: 'AKIDEXAMPLE',
    AWS_SECRET_KEY: secrets.awsSecretKey,
    AWS_REGION: 'eu-west-1',
  };
  const providers = configuredProviders(checked, environment, file);
  const log: string[] = [];
  const sluice = createSluice({
    config: checked,
    file,
    providers: new Map([...providers].map(([name, provider]) => [name, wrap(provider)])),
    keys: [{ id: 'tests', sha256: keyDigest(secrets.clientKey), models: ['*'] }],
    log: (line) => log.push(line),
    ...settings,
  });
  const fetch = allFunctions(sluice);
  const send: Stack['send'] = async (path, body, { headers, signal } = {}) => {
    const request = new Request(`http://127.0.0.1${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${secrets.clientKey}`, ...headers },
      body,
      ...(signal && { signal }),
    });
    return fetch(request);
  };
  return { fetch, log, send, post: (path, body, more) => send(path, JSON.stringify(body), more) };
}
