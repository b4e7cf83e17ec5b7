import type { FinishReason } from '../../stream/events.ts';
import type { JsonObject } from '../../stream/json.ts';
import type { ModelRequest } from '../../stream/request.ts';
import type { ParameterWriters } from '../map-parameters.ts';

/** A family of Bedrock models that only produce text, with its own chunk format. */
export interface TextFamily {
  readonly name: string;
  /** The members with the conversation, in the family's exact prompt template. */
  readonly prompt: (request: ModelRequest, model: string) => JsonObject;
  readonly writers: ParameterWriters;
  /** The maximum output limit. A higher value is an error. */
  readonly maxTokens: number;
  /** The maximum temperature. A higher value is lowered to it. */
  readonly maxTemperature?: 1;
  /** The content of one chunk. */
  readonly read: (chunk: JsonObject) => TextChunk;
  /** The family's stop reasons. Any other is `other`. */
  readonly reasons: Readonly<Record<string, FinishReason>>;
}

export interface TextChunk {
  readonly text: string;
  /** The family's stop reason, which marks the answer as complete. Empty until then. */
  readonly stop: string;
}
