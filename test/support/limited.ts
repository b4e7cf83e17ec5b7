import { allFunctions } from '../../functions/all.ts';
import { type KeyLimits, type KeyRecord, keyDigest } from '../../lib/access/keys.ts';
import type { LimitStore } from '../../lib/access/limits/store.ts';
import { createSluice } from '../../lib/app/sluice.ts';
import { checkConfig } from '../../lib/config/load-config.ts';
import type { ConfigInput } from '../../lib/config/schema.ts';
import type { Host } from '../../lib/http/host.ts';
import type { StreamEvent, Usage } from '../../lib/stream/events.ts';
import type { JsonObject } from '../../lib/stream/json.ts';
import type { Clock } from '../../lib/time/clock.ts';
import { type ScriptedProvider, type Step, scriptProvider } from './script-provider.ts';

/** In the middle of a minute, and of a day. */
export const noon = Date.parse('2026-11-21T12:00:30Z');

export interface LimitedSettings {
  readonly limits?: KeyLimits;
  readonly store?: LimitStore;
  /** Milliseconds since 1970. It stays noon by default. */
  readonly now?: () => number;
  readonly config?: ConfigInput;
  /** By which answers are timed. */
  readonly clock?: Clock;
  /** What `lab/model` does, one list of steps per request. By default it answers well. */
  readonly scripts?: Step[][];
}

/** Every function of one environment, with a key `limited` that has these limits and a key `free` that has none. */
export interface Limited {
  readonly provider: ScriptedProvider;
  readonly log: string[];
  post(path: string, body: JsonObject, more?: PostSettings): Promise<Response>;
}

export interface PostSettings {
  readonly key?: string;
  readonly host?: Host;
  readonly headers?: Record<string, string>;
  /** Aborts when the client disconnects. */
  readonly signal?: AbortSignal;
}

/** An answer of these words that the provider has counted so. */
export function answerOf(usage: Usage, text = 'words'): StreamEvent[] {
  return [
    { type: 'start', id: 'a', model: 'model' },
    { type: 'block-start', index: 0, block: { kind: 'text' } },
    { type: 'text-delta', index: 0, text },
    { type: 'block-end', index: 0 },
    { type: 'finish', reason: 'stop', rawReason: 'stop', usage },
  ];
}

export function limited(settings: LimitedSettings = {}): Limited {
  const { limits, store, now = () => noon, config = {}, clock, scripts = [answerOf({ input: 10, output: 5 })] } = settings;
  const provider = scriptProvider('lab', ...scripts);
  const log: string[] = [];
  const record = (id: string): KeyRecord => ({ id, sha256: keyDigest(`key-of-${id}`), models: ['*'] });
  const functions = allFunctions(
    createSluice({
      config: checkConfig({ retries: 0, ...config }, 'the test'),
      file: 'the test',
      providers: new Map([['lab', provider]]),
      keys: [{ ...record('limited'), limits }, record('free')],
      log: (line) => log.push(line),
      now,
      ...(store && { limitStore: store }),
      ...(clock && { clock }),
    }),
  );
  return {
    provider,
    log,
    async post(path, body, { key = 'key-of-limited', host, headers, signal } = {}) {
      const request = new Request(`http://127.0.0.1${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${key}`, ...headers },
        body: JSON.stringify(body),
        ...(signal && { signal }),
      });
      return functions(request, host);
    },
  };
}

/** A request to it, not streamed by default. */
export const chat = (more: JsonObject = {}): JsonObject => ({
  model: 'lab/model',
  stream: false,
  max_tokens: 100,
  messages: [{ role: 'user', content: 'Hello' }],
  ...more,
});
/** The path of the request. */
export const path = '/v1/chat/completions';
/** What the body of `chat()` is taken for: a third of its bytes. */
export const promptTokens = Math.ceil(JSON.stringify(chat()).length / 3);
/** What it costs: the answer far more than the prompt. */
export const dear = { prices: { version: 'v', usdPerMillion: { 'lab/model': { input: 1, output: 100 } } } };

/** The remaining tokens of the minute, from the headers of an answer. */
export const tokensLeft = (answer: Response) => Number(answer.headers.get('x-ratelimit-remaining-tokens'));
