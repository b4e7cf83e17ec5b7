import type { ProviderDialect } from '../dialects/dialect.ts';
import { SluiceError } from '../stream/errors.ts';
import type { Frames, ReadFrames } from '../wire/frame.ts';
import { type AnswerForm, acceptAnswer } from './accept-answer.ts';
import type { Call, Provider } from './provider.ts';
import { send } from './transport.ts';

/** A provider that is reached by a URL and a key: all that sets it apart from the others of its dialect. */
export interface HttpProviderSettings {
  readonly name: string;
  readonly baseUrl: string;
  readonly dialect: ProviderDialect;
  readonly read: ReadFrames;
  readonly answerForm: AnswerForm;
  /** What follows the base URL for this model. */
  readonly path: (model: string) => string;
  /** The headers that carry the key; none are sent where there is no key (a local server). */
  readonly authenticate: (key: string) => Record<string, string>;
  readonly headers?: Record<string, string>;
  /** The key, read at first use. */
  readonly key: () => Promise<string | undefined>;
}

export function httpProvider(settings: HttpProviderSettings): Provider {
  const baseUrl = settings.baseUrl.replace(/\/+$/, '');
  return {
    name: settings.name,
    dialect: settings.dialect,
    async open(call: Call): Promise<Frames> {
      const key = await settings.key();
      const answer = await send({
        url: new URL(baseUrl + settings.path(call.model)),
        headers: {
          'content-type': 'application/json',
          accept: settings.answerForm.contentType,
          ...settings.headers,
          ...call.headers,
          ...(key && settings.authenticate(requireHeaderValue(key, settings.name))),
        },
        body: JSON.stringify(call.body),
        signal: call.signal,
        onConnected: call.onConnected,
      });
      return acceptAnswer(answer, settings);
    },
  };
}

/** A key pasted with a line break in it would throw deep inside `node:http`, with the key in the message. */
function requireHeaderValue(key: string, provider: string): string {
  if (/^[\x21-\x7e]+$/.test(key)) return key;
  throw new SluiceError(
    'provider_secret_unavailable',
    `The key of provider \`${provider}\` has characters that no key has. Set it again.`,
  );
}
