import { allFunctions } from '../../functions/all.ts';
import { statusReporter } from '../../functions/console/api/status.ts';
import { recordTraffic } from '../../functions/console/api/traffic.ts';
import { apiViewer } from '../../functions/console/api-viewer.ts';
import { consoleApp } from '../../functions/console/app.ts';
import { consoleFiles } from '../../functions/console/development-files.ts';
import { type KeyDirectory, type KeyRecord, keyDigest } from '../../lib/access/keys.ts';
import type { LimitStore } from '../../lib/access/limits/store.ts';
import { configuredProviders } from '../../lib/app/configured-providers.ts';
import { createSluice } from '../../lib/app/sluice.ts';
import { checkConfig } from '../../lib/config/load-config.ts';
import type { ConfigInput } from '../../lib/config/schema.ts';
import { demoProviders } from '../../lib/emulator/demo-providers.ts';
import type { Emulator } from '../../lib/emulator/start.ts';
import { serveNode } from '../../lib/http/node-server.ts';
import type { Provider } from '../../lib/providers/provider.ts';
import { rememberSecret } from '../../lib/redact/redact.ts';
import type { JsonObject } from '../../lib/stream/json.ts';
import { createDurableStreams } from '../../lib/streams/durable-streams.ts';
import { memoryLog } from '../../lib/streams/memory-log.ts';
import type { StreamLog } from '../../lib/streams/stream-log.ts';
import { failureLine } from '../../lib/telemetry/failure-line.ts';
import { type Clock, processClock } from '../../lib/time/clock.ts';
import { eventually } from '../emulator/raw.ts';

export interface ServeOptions {
  /** As an operator writes it; the embedded providers are always there beside it. */
  readonly config?: ConfigInput;
  /** The variables that the configuration's providers take their keys from. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Client keys, as text or as records; none are needed where this is left out. */
  readonly keys?: readonly (string | KeyRecord)[];
  /** Milliseconds per token of the embedded providers, 0 by default. */
  readonly paceMs?: number;
  readonly commitAfterMs?: number;
  readonly heartbeatMs?: number;
  /** The log's lines hold metrics too, as where it is deployed. */
  readonly metrics?: boolean;
  readonly clock?: Clock;
  readonly limitStore?: LimitStore;
  /** Where keys are looked up instead of in `keys`. */
  readonly keyDirectory?: KeyDirectory;
  /** Where durable streams are kept. They are off without it. */
  readonly streamLog?: StreamLog;
  /** As in the settings of durable streams. */
  readonly unkeyedClaimMs?: number;
  /** Milliseconds since 1970, for the leases of streams. */
  readonly now?: () => number;
  /** Puts something between the gateway and a provider, to watch it or to break it. */
  readonly wrap?: (provider: Provider) => Provider;
  /** The playground's page as well. */
  readonly console?: boolean;
  /** Sees each answer when its head is known: of a stream, when its first content is there. */
  readonly onAnswer?: (answer: Response) => void;
}

/** Every function on a free loopback port, as the dev server runs them. */
export interface Served {
  readonly url: string;
  readonly emulator: Emulator;
  /** The access log so far, each line as text. */
  readonly lines: readonly string[];
  /** The access log's lines for this answer, once there is one; the log may be a moment later than the answer's end. */
  logged(answer: Response | string | null): Promise<JsonObject[]>;
  /** A POST of JSON; text goes as it is. */
  post(path: string, body: unknown, headers?: Record<string, string>, signal?: AbortSignal): Promise<Response>;
  /** Stops it. Running streams get `graceMs`, 0 by default. */
  close(graceMs?: number): Promise<void>;
}

export async function serve(options: ServeOptions = {}): Promise<Served> {
  const file = 'test.config';
  const config = checkConfig(options.config ?? {}, file);
  const demo = await demoProviders({ paceMs: options.paceMs ?? 0 });
  const { wrap = (provider: Provider) => provider } = options;
  const providers = new Map([...configuredProviders(config, options.environment ?? {}, file), ...demo.providers]);
  const lines: string[] = [];
  const traffic = recordTraffic();
  const { durability = 'standard', whenAbandoned = 'finish' } = config.streams ?? {};
  const streams = Promise.resolve(
    createDurableStreams({
      log: options.streamLog ?? memoryLog(),
      clock: options.clock ?? processClock(),
      now: options.now ?? Date.now,
      durability,
      whenAbandoned,
      // A busy machine gets more time, unless the test is about that.
      unkeyedClaimMs: options.unkeyedClaimMs ?? 60_000,
      onFailure: (cause) => lines.push(failureLine('streams', cause)),
    }),
  );
  const sluice = createSluice({
    config,
    file,
    providers: new Map([...providers].map(([name, provider]) => [name, wrap(provider)])),
    demo: demo.models,
    keys: options.keys?.map(keyRecord),
    ...(options.keyDirectory && { keyDirectory: options.keyDirectory }),
    log: (line) => {
      lines.push(line);
      traffic.take(line);
    },
    ...(options.commitAfterMs !== undefined && { commitAfterMs: options.commitAfterMs }),
    ...(options.heartbeatMs !== undefined && { heartbeatMs: options.heartbeatMs }),
    ...(options.metrics && { metrics: true }),
    ...(options.clock && { clock: options.clock }),
    ...(options.limitStore && { limitStore: options.limitStore }),
    ...(options.streamLog && { streams: () => streams }),
  });
  const status = statusReporter({ config, environment: {}, file, providers: [...providers.keys()], clientKeys: 0 });
  const console = consoleApp({ sluice, load: consoleFiles, development: { traffic, status }, viewer: apiViewer() });
  const functions = allFunctions(sluice, options.console ? console : undefined);
  const answer = async (request: Request) => {
    const answered = await functions(request);
    options.onAnswer?.(answered);
    return answered;
  };
  const server = await serveNode(answer, { port: 0, hostname: '127.0.0.1' });
  const { url } = server;
  return {
    url,
    emulator: demo.emulator,
    lines,
    async logged(answer) {
      const id = typeof answer === 'string' || answer === null ? answer : answer.headers.get('x-request-id');
      const found = () => lines.map((line) => JSON.parse(line) as JsonObject).filter((line) => line.request_id === id);
      await eventually(() => found().length > 0);
      return found();
    },
    post: (path, body, headers = {}, signal) =>
      fetch(url + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
        ...(signal && { signal }),
      }),
    async close(graceMs = 0) {
      await server.close(graceMs);
      await demo.close();
    },
  };
}

function keyRecord(key: string | KeyRecord, index: number): KeyRecord {
  if (typeof key !== 'string') return key;
  rememberSecret(key);
  return { id: `key-${index}`, sha256: keyDigest(key), models: ['*'] };
}
