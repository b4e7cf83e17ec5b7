import { SluiceError } from '../../stream/errors.ts';
import { type Json, type JsonObject, withoutNulls } from '../../stream/json.ts';
import type { ModelRequest, Parameters } from '../../stream/request.ts';
import { lenientObject, lenientText } from '../lenient-fields.ts';
import { invalidField } from '../validate-body.ts';
import { turnsOf } from './prompt.ts';
import { dialectName } from './wire.ts';

/** The maximum length of a quoted value. */
const maxQuoted = 80;

/** The numeric parameters with their documented ranges and defaults. Models count whole tokens. */
export const parameterRanges = {
  maxOutputTokens: { name: 'max_tokens_to_sample', min: 0, max: Number.POSITIVE_INFINITY, usual: 256, whole: true },
  temperature: { name: 'temperature', min: 0, max: 1, usual: 1, whole: false },
  topP: { name: 'top_p', min: 0, max: 1, usual: 1, whole: false },
  topK: { name: 'top_k', min: 0, max: 500, usual: 250, whole: true },
} as const;

const known: ReadonlySet<string> = new Set([
  'model',
  'prompt',
  'stream',
  'stop_sequences',
  'metadata',
  // Bedrock's version, which has no effect here.
  'anthropic_version',
  ...Object.values(parameterRanges).map(({ name }) => name),
]);

/** Parameters that change an answer and are unsupported here. Dropping them silently would be wrong. */
const ofMessagesAlone = ['messages', 'system', 'tools', 'tool_choice', 'thinking'];

/** Its streams repeat the whole text in every event and have no event names. */
const cumulativeVersion = '2023-01-01';

/**
 * Parses a text completion request, with the defaults, ranges and error messages of the bedrock-anthropic package,
 * whose users know them. Throws `invalid_request`. `version` is the client's `anthropic-version`, if known.
 */
export function parse(input: JsonObject, { version }: { version?: string | undefined } = {}): ModelRequest {
  if (version === cumulativeVersion) {
    throw invalid('anthropic-version', `anthropic-version ${version} is not supported. Use 2023-06-01.`);
  }
  const body = withoutNulls(input);
  const elsewhere = ofMessagesAlone.find((name) => body[name] !== undefined);
  if (elsewhere) throw invalidField(elsewhere, 'is not supported by text completions. Use the Messages API instead');
  const { model, prompt, stream = false } = body;
  if (typeof model !== 'string' || model === '')
    throw invalidField('model', model === undefined ? 'is required' : 'must name a model');
  if (typeof stream !== 'boolean') throw invalid('stream', `Stream value: ${quoted(stream)} is not a boolean`);
  if (typeof prompt !== 'string') throw invalidField('prompt', prompt === undefined ? 'is required' : 'must be a string');
  const messages = turnsOf(prompt);
  if (messages.length === 0) throw invalidField('prompt', 'must not be empty');
  return {
    dialect: dialectName,
    body,
    model,
    stream,
    messages,
    ...parametersOf(body),
    unknown: Object.keys(body).filter((name) => !known.has(name)),
    showUsage: false,
  };
}

function parametersOf(body: JsonObject): Pick<ModelRequest, 'parameters' | 'spelling'> {
  const parameters: Parameters = {};
  const spelling: ModelRequest['spelling'] = {};
  for (const parameter of Object.keys(parameterRanges) as (keyof typeof parameterRanges)[]) {
    parameters[parameter] = numberOf(body, parameterRanges[parameter]);
    spelling[parameter] = parameterRanges[parameter].name;
  }
  const stop = stopOf(body.stop_sequences);
  const user = lenientText(lenientObject(body.metadata).user_id);
  return {
    parameters: { ...parameters, ...(stop.length > 0 && { stop }), ...(user && { user }) },
    spelling: { ...spelling, ...(stop.length > 0 && { stop: 'stop_sequences' }), ...(user && { user: 'metadata.user_id' }) },
  };
}

function numberOf(
  body: JsonObject,
  { name, min, max, usual, whole }: (typeof parameterRanges)[keyof typeof parameterRanges],
): number {
  const value = body[name] ?? usual;
  if (typeof value !== 'number') throw invalid(name, `${name}: ${quoted(value)} isn't a float or int.`);
  if (value < min) throw invalid(name, `${name}: ${value} is less than ${min}.`);
  if (value > max) throw invalid(name, `${name}: ${value} is greater than ${max}.`);
  return whole ? Math.round(value) : value;
}

function stopOf(value: Json = []): string[] {
  if (!Array.isArray(value)) throw invalid('stop_sequences', 'Make sure stop_sequences is a list.');
  if (!value.every((item) => typeof item === 'string')) {
    throw invalid('stop_sequences', 'Make sure all items in stop_sequences are strs.');
  }
  return value;
}

function quoted(value: Json): string {
  return (typeof value === 'string' ? value : JSON.stringify(value)).slice(0, maxQuoted);
}

function invalid(param: string, message: string): SluiceError {
  return new SluiceError('invalid_request', message, { param });
}
