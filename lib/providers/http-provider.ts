import type { ProviderDialect } from '../dialects/dialect.ts';
import { SluiceError } from '../stream/errors.ts';
import type { Json, JsonObject } from '../stream/json.ts';
import { untilAborted } from '../time/until-aborted.ts';
import { send, type TransportResponse } from '../transport/send.ts';
import type { Frames, ReadFrames } from '../wire/frame.ts';
import { acceptJson, acceptResponse, requireCount, type StreamFormat } from './accept-response.ts';
import type { KeySource } from './key-source.ts';
import type { LoadedProvider, UpstreamRequest } from './provider.ts';

/** A provider with a URL and a key, and its differences from others of the same dialect. */
export interface HttpProviderSettings {
  readonly name: string;
  readonly baseUrl: string;
  readonly dialect: ProviderDialect;
  readonly read: ReadFrames;
  readonly streamFormat: StreamFormat;
  /** The path after the base URL for this model. */
  readonly path: (model: string) => string;
  /** The headers with the key. None without a key (a local server). */
  readonly authenticate: (key: string) => Record<string, string>;
  readonly headers?: Record<string, string>;
  readonly key: KeySource;
  /** Converts a whole response, to a request without a stream, into frames. */
  readonly whole?: (answer: JsonObject) => Frames;
  /** How the provider lists its models: the URL, and the ids in the response. */
  readonly models?: { readonly path: string; readonly read: (answer: JsonObject) => string[] };
  /** How the provider counts the tokens of a prompt: the URL, the body, and the count in the response. */
  readonly count?: {
    readonly path: (model: string) => string;
    readonly body: (body: JsonObject, model: string) => JsonObject;
    readonly read: (answer: JsonObject) => Json | undefined;
  };
}

export function httpProvider(settings: HttpProviderSettings): LoadedProvider {
  const baseUrl = settings.baseUrl.replace(/\/+$/, '');
  const { count, models } = settings;

  /** The headers of every request. The key is read each time, so that a rotated key is used at once. */
  async function headers(accept: string, signal: AbortSignal): Promise<Record<string, string>> {
    const key = await untilAborted(settings.key.read(), signal);
    return { accept, ...settings.headers, ...(key && settings.authenticate(requireHeaderValue(key, settings.name))) };
  }

  async function post(path: string, body: JsonObject, accept: string, request: UpstreamRequest): Promise<TransportResponse> {
    return send({
      url: new URL(baseUrl + path),
      headers: { 'content-type': 'application/json', ...request.headers, ...(await headers(accept, request.signal)) },
      body: JSON.stringify(body),
      signal: request.signal,
      onConnected: request.onConnected,
    });
  }

  return {
    dialect: settings.dialect,
    async open(request) {
      const whole = request.body.stream === false ? settings.whole : undefined;
      const accept = whole ? 'application/json' : settings.streamFormat.contentType;
      const answer = await post(settings.path(request.model), request.body, accept, request);
      return whole ? whole(await acceptJson(answer, settings.dialect)) : acceptResponse(answer, settings);
    },
    ...(models && {
      async listModels(signal) {
        const answer = await send({
          url: new URL(baseUrl + models.path),
          method: 'GET',
          headers: await headers('application/json', signal),
          signal,
        });
        return models.read(await acceptJson(answer, settings.dialect));
      },
    }),
    ...(count && {
      async countTokens(request) {
        const answer = await post(
          count.path(request.model),
          count.body(request.body, request.model),
          'application/json',
          request,
        );
        return requireCount(count.read(await acceptJson(answer, settings.dialect)));
      },
    }),
  };
}

/** A key with a line break would make `node:http` throw an error that contains the key. */
function requireHeaderValue(key: string, provider: string): string {
  if (/^[\x21-\x7e]+$/.test(key)) return key;
  throw new SluiceError(
    'provider_secret_unavailable',
    `The key of provider \`${provider}\` contains invalid characters. Set it again.`,
  );
}
