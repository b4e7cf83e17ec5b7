import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundle } from '../../infra/bundle.ts';
import { keyDigest } from '../../lib/access/keys.ts';
import type { ConfigInput } from '../../lib/config/schema.ts';
import { type EmulatedLambda, type LambdaOptions, startLambda } from '../../lib/emulator/lambda/start.ts';
import { type EmulatedSecretsManager, startSecretsManager } from '../../lib/emulator/secrets-manager.ts';
import { type Emulator, startEmulator } from '../../lib/emulator/start.ts';
import type { JsonObject } from '../../lib/stream/json.ts';

export const clientKey = 'client-key-of-the-lambda-tests';

/** Functions as they are deployed: bundled, with their own configuration, providers and secrets on loopback. */
export interface Deployed {
  readonly emulator: Emulator;
  readonly secrets: EmulatedSecretsManager;
  /** Starts a function behind a URL of its own; a fresh one each time. `folder` is another bundle of it. */
  start(family: Family, options?: Partial<LambdaOptions>): Promise<Started>;
  close(): Promise<void>;
}

export type Family = 'openai' | 'anthropic' | 'bedrock' | 'console';

export interface Started extends EmulatedLambda {
  /** What the function and the platform have written. */
  readonly lines: readonly string[];
  /** A JSON POST with the client key by default. */
  post(path: string, body: unknown, headers?: Record<string, string>, signal?: AbortSignal): Promise<Response>;
}

/** `config` is what the test needs beside the providers `openai`, `anthropic` and `bedrock`, which are embedded ones. */
export async function deploy(config: ConfigInput = {}, paceMs = 0): Promise<Deployed> {
  const emulator = await startEmulator({ paceMs });
  const secrets = await startSecretsManager({
    secrets: { 'sluice/openai': 'provider-key-one', 'sluice/anthropic': '{"apiKey":"provider-key-two"}' },
  });
  const folder = mkdtempSync(join(tmpdir(), 'sluice-lambda-'));
  const configFile = join(folder, 'sluice.config.json');
  writeFileSync(configFile, JSON.stringify(deployedConfig(config, emulator)));
  const folders = new Map<Family, Promise<string>>();
  const started: EmulatedLambda[] = [];

  async function built(family: Family): Promise<string> {
    const { folder: place } = await bundle({ entry: `functions/${family}/handler.ts`, configFile, folder: join(folder, family) });
    return place;
  }

  return {
    emulator,
    secrets,
    async start(family, options = {}) {
      const lines: string[] = [];
      if (!options.folder && !folders.has(family)) folders.set(family, built(family));
      const lambda = await startLambda({
        folder: (await folders.get(family)) ?? '',
        log: (line) => lines.push(line),
        ...options,
        environment: {
          AWS_ACCESS_KEY_ID: emulator.credentials.accessKeyId,
          AWS_SECRET_ACCESS_KEY: emulator.credentials.secretAccessKey,
          AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.url,
          ...options.environment,
        },
      });
      started.push(lambda);
      return Object.assign(lambda, {
        lines,
        post: (path: string, body: unknown, headers: Record<string, string> = {}, signal?: AbortSignal) =>
          fetch(lambda.url + path, {
            method: 'POST',
            headers: { 'content-type': 'application/json', authorization: `Bearer ${clientKey}`, ...headers },
            body: typeof body === 'string' ? body : JSON.stringify(body),
            ...(signal && { signal }),
          }),
      });
    },
    async close() {
      await Promise.all(started.map((lambda) => lambda.close()));
      await secrets.close();
      await emulator.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function deployedConfig(config: ConfigInput, emulator: Emulator): ConfigInput {
  return {
    keys: [{ id: 'tests', sha256: keyDigest(clientKey) }],
    ...config,
    providers: {
      openai: { baseUrl: emulator.openaiUrl },
      anthropic: { baseUrl: emulator.anthropicUrl },
      bedrock: { baseUrl: emulator.bedrockUrl, region: 'us-east-1' },
      ...config.providers,
    },
    models: { 'on-bedrock': 'bedrock/chat', ...config.models },
  };
}

/** A chat completion of this model, as a stream. */
export function chat(model: string, content = 'Hello there'): JsonObject {
  return { model, stream: true, messages: [{ role: 'user', content }] };
}
