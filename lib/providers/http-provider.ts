import type { ProviderDialect } from '../dialects/dialect.ts';
import { SluiceError } from '../stream/errors.ts';
import type { Json, JsonObject } from '../stream/json.ts';
import { untilAborted } from '../time/until-aborted.ts';
import { send, type TransportResponse } from '../transport/send.ts';
import type { Frames, ReadFrames } from '../wire/frame.ts';
import { acceptJson, acceptResponse, requireCount, type StreamFormat } from './accept-response.ts';
import type { KeySource } from './key-source.ts';
import type { LoadedProvider, UpstreamRequest } from './provider.ts';

/** A provider that is reached by a URL and a key: all that sets it apart from the others of its dialect. */
export interface HttpProviderSettings {
  readonly name: string;
  readonly baseUrl: string;
  readonly dialect: ProviderDialect;
  readonly read: ReadFrames;
  readonly streamFormat: StreamFormat;
  /** What follows the base URL for this model. */
  readonly path: (model: string) => string;
  /** The headers that carry the key; none are sent where there is no key (a local server). */
  readonly authenticate: (key: string) => Record<string, string>;
  readonly headers?: Record<string, string>;
  readonly key: KeySource;
  /** Reads an answer in one piece, to a body that asks for no stream, as the frames of one. */
  readonly whole?: (answer: JsonObject) => Frames;
  /** Where the provider counts the tokens of a prompt, what it wants of the body, and the count in its answer. */
  readonly count?: {
    readonly path: (model: string) => string;
    readonly body: (body: JsonObject, model: string) => JsonObject;
    readonly read: (answer: JsonObject) => Json | undefined;
  };
}

export function httpProvider(settings: HttpProviderSettings): LoadedProvider {
  const baseUrl = settings.baseUrl.replace(/\/+$/, '');
  const { count } = settings;

  async function post(path: string, body: JsonObject, accept: string, request: UpstreamRequest): Promise<TransportResponse> {
    const key = await untilAborted(settings.key.read(), request.signal);
    return send({
      url: new URL(baseUrl + path),
      headers: {
        'content-type': 'application/json',
        accept,
        ...settings.headers,
        ...request.headers,
        ...(key && settings.authenticate(requireHeaderValue(key, settings.name))),
      },
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

/** A key pasted with a line break in it would throw deep inside `node:http`, with the key in the message. */
function requireHeaderValue(key: string, provider: string): string {
  if (/^[\x21-\x7e]+$/.test(key)) return key;
  throw new SluiceError(
    'provider_secret_unavailable',
    `The key of provider \`${provider}\` contains invalid characters. Set it again.`,
  );
}
