import type { FinishReason } from '../../stream/events.ts';
import type { JsonObject } from '../../stream/json.ts';
import type { ModelRequest } from '../../stream/request.ts';
import type { ParameterWriters } from '../map-parameters.ts';

/** A family of models on Bedrock that say only text, each chunk in a form of the family's own. */
export interface TextFamily {
  readonly name: string;
  /** The members that say the conversation, in the family's exact framing. */
  readonly prompt: (request: ModelRequest, model: string) => JsonObject;
  readonly writers: ParameterWriters;
  /** The most that an answer may have; asking for more is an error. */
  readonly maxTokens: number;
  /** The highest temperature that is known; a higher one is brought down to it. */
  readonly maxTemperature?: 1;
  /** What a chunk of the answer says. */
  readonly read: (chunk: JsonObject) => TextChunk;
  /** Words for why the model stopped; any other is `other`. */
  readonly reasons: Readonly<Record<string, FinishReason>>;
}

export interface TextChunk {
  readonly text: string;
  /** The family's word for why the model stopped: by it the answer is whole. Empty until then. */
  readonly stop: string;
}
