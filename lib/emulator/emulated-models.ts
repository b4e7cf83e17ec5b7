/** How a model produces its answer. */
export type Behavior = 'answer' | 'reasoning' | 'tools' | 'echo' | 'huge';

/** A fault before the answer begins. */
export type EarlyFault = 'status' | 'html' | 'silent' | 'empty';

/** A fault in the middle of the answer, after a number of content events. */
export type StreamFault = 'cut' | 'eof' | 'stall' | 'error' | 'garbage';

/** A model of the embedded providers. Its name says what it does. */
export interface EmulatedModel {
  readonly name: string;
  /** A description in one line. */
  readonly does: string;
  readonly behavior?: Behavior;
  readonly early?: EarlyFault;
  readonly fault?: StreamFault;
  /** Leaves out the events after the finish: `[DONE]`, `message_stop`, `metadata`. */
  readonly withoutDone?: true;
  /** The HTTP status of an early fault. */
  readonly status?: number;
  /** Milliseconds per token, which overrides the pace of the emulator. */
  readonly paceMs?: number;
  /** The default of the number in its name (`cut@5`). Missing if the model takes none. */
  readonly n?: number;
}

/** Every model of the embedded providers, in the order of the model list. */
export const emulatedModels: readonly EmulatedModel[] = [
  { name: 'chat', does: 'answers in a few sentences, calls the tools that it is offered, follows a JSON schema' },
  { name: 'fast', does: 'the same, at full speed', paceMs: 0 },
  { name: 'slow', does: 'the same, one token every 0.4 s', paceMs: 400 },
  { name: 'reasoning', does: 'sends reasoning before the answer, even if not requested', behavior: 'reasoning' },
  { name: 'tools', does: 'sends one sentence, then calls every tool that it is offered', behavior: 'tools' },
  { name: 'echo', does: 'repeats the last message exactly, in tokens of one to three characters', behavior: 'echo' },
  { name: 'huge', does: 'answers in a single event of @n MiB (1)', behavior: 'huge', n: 1 },
  { name: 'cut', does: 'the connection closes after @n content events (3)', fault: 'cut', n: 3 },
  { name: 'eof', does: 'ends cleanly after @n content events (3), without a finish', fault: 'eof', n: 3 },
  { name: 'stall', does: 'goes silent after @n content events (3), with the connection open', fault: 'stall', n: 3 },
  { name: 'error', does: 'sends an error inside the stream after @n content events (3)', fault: 'error', n: 3 },
  { name: 'garbage', does: 'sends one malformed event after @n content events (3), then continues', fault: 'garbage', n: 3 },
  {
    name: 'no-done',
    does: 'finishes without the final events: [DONE], message_stop, metadata',
    withoutDone: true,
  },
  { name: 'empty', does: 'HTTP 200 and nothing else', early: 'empty' },
  { name: 'silent', does: 'accepts the request and never responds', early: 'silent' },
  { name: 'html', does: 'HTTP 200 with a web page', early: 'html' },
  { name: 'status-400', does: 'rejects the request as invalid', early: 'status', status: 400 },
  { name: 'status-401', does: 'rejects the key', early: 'status', status: 401 },
  { name: 'status-404', does: 'reports an unknown model', early: 'status', status: 404 },
  { name: 'status-429', does: 'rate limited, retry after @n seconds (1)', early: 'status', status: 429, n: 1 },
  { name: 'status-500', does: 'fails with an internal error', early: 'status', status: 500 },
  { name: 'status-503', does: 'is overloaded', early: 'status', status: 503 },
];

const byName = new Map(emulatedModels.map((model) => [model.name, model]));

/** Names like those of real models, so that any configuration also works with the embedded providers. */
const realNames =
  /^(gpt-|chatgpt-|o\d|davinci-|babbage-|claude|gemini|gemma|llama|nova|titan|deepseek|kimi|qwen|glm|grok|mistral|magistral|ministral|codestral|devstral|pixtral|jamba|command|minimax|sonar)|[./]/;

/** Is this the name of a real model, whose rules its provider applies? The embedded models keep to none. */
export function isRealModel(name: string): boolean {
  return realNames.test(name) && !byName.has(name);
}

/**
 * The model with this name. A name like a real model's behaves as `chat`. `undefined` for any other name that is not
 * in the table, and for a number on a model that takes none.
 */
export function findModel(name: string): EmulatedModel | undefined {
  const [, base = '', number] = /^([a-z0-9-]+?)(?:@(\d{1,4}))?$/.exec(name) ?? [];
  const model = byName.get(base);
  if (!model) return realNames.test(name) ? byName.get('chat') : undefined;
  if (number === undefined) return model;
  return model.n === undefined ? undefined : { ...model, n: Number(number) };
}
