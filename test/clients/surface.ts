import { readFileSync } from 'node:fs';
import type { Json, JsonObject } from '../../lib/stream/json.ts';

/** A question, as every client puts it in its own way. */
export interface Ask {
  /** Where the functions are served. */
  readonly origin: string;
  readonly key: string;
  readonly model: string;
  readonly said: string;
  /** Offer `weather`. */
  readonly tools: boolean;
}

/** What a client's user has seen when its stream ends, filled in along the way. */
export interface Seen {
  text: string;
  /** Unset where the client has no place for it. */
  reasoning?: string;
  tools: { name: string; arguments: Json }[];
  usage?: { input: number | undefined; output: number | undefined };
  /** The reason that a good stream ended with. */
  finished?: string;
  /** How the client showed a failure without raising it: `error part`, `onError`. */
  error?: { how: string; says: string };
}

/** One way in which one client of one version reads a stream. */
export interface Surface {
  /** The folder in `node_modules`. */
  readonly package: string;
  /** How it is read, as its documentation has it. */
  readonly way: string;
  /** The surface of ours that it calls. */
  readonly route:
    | '/v1/chat/completions'
    | '/v1/completions'
    | '/v1/responses'
    | '/v1/messages'
    | '/v1/complete'
    | 'converse-stream'
    | 'invoke-with-response-stream';
  /** Text is all that there is in this API: no tools, no reasoning, and in some no usage. */
  readonly textAlone?: true;
  /** Reads one stream to its end; rejects with what the client raises. */
  read(ask: Ask, seen: Seen): Promise<void>;
}

export function nothingSeen(): Seen {
  return { text: '', tools: [] };
}

/** The tool that may be offered. */
export const weather = {
  name: 'get_weather',
  description: 'The weather in a city',
  schema: {
    type: 'object' as const,
    properties: { city: { type: 'string' }, unit: { type: 'string', enum: ['celsius', 'fahrenheit'] } },
    required: ['city', 'unit'],
    additionalProperties: false,
  },
};

/** `name@version` of what is installed, the real name where it is installed under another. */
export function packageOf(folder: string): string {
  const { name, version } = JSON.parse(readFileSync(`node_modules/${folder}/package.json`, 'utf8')) as JsonObject;
  return `${name}@${version}`;
}

/** Arguments as the object that they are; what was cut stays text. */
export function argumentsOf(json: string): Json {
  try {
    return JSON.parse(json) as Json;
  } catch {
    return json;
  }
}
