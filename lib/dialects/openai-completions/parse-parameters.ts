import type { JsonObject } from '../../stream/json.ts';
import type { ModelRequest } from '../../stream/request.ts';
import { type ParameterReaders, type Read, readMember, readParameters } from '../openai/read-parameters.ts';
import type { CompletionBody } from './schema.ts';

/** The documented default limit of a completion. */
const defaultMaxTokens = 16;

/** How each parameter is read: the member that set it and its value. Nothing if it was not set. */
const readers: ParameterReaders<CompletionBody> = {
  maxOutputTokens: ({ max_tokens = defaultMaxTokens }) => ['max_tokens', max_tokens],
  temperature: (body) => readMember(body, 'temperature'),
  topP: (body) => readMember(body, 'top_p'),
  topK: (body) => readMember(body, 'top_k'),
  stop: ({ stop = [] }) => (stop.length > 0 ? ['stop', typeof stop === 'string' ? [stop] : stop] : undefined),
  frequencyPenalty: (body) => readMember(body, 'frequency_penalty'),
  presencePenalty: (body) => readMember(body, 'presence_penalty'),
  logitBias: (body) => readMember(body, 'logit_bias'),
  seed: (body) => readMember(body, 'seed'),
  choices: ({ n = 1 }) => (n > 1 ? ['n', n] : undefined),
  textCompletion: readOwn,
  inputChecks: (body) => readMember(body, 'input') as Read<'inputChecks'>,
  outputChecks: (body) => readMember(body, 'output') as Read<'outputChecks'>,
  user: (body) => readMember(body, 'user'),
};

export function parseParameters(body: CompletionBody): Pick<ModelRequest, 'parameters' | 'spelling'> {
  return readParameters(readers, body);
}

/** Parameters that no other dialect supports, unless their value has no effect. */
function readOwn({ suffix, echo, best_of, logprobs, response_format: format }: CompletionBody): Read<'textCompletion'> {
  const own: JsonObject = {
    ...(suffix && { suffix }),
    ...(echo && { echo }),
    ...(best_of !== undefined && best_of > 1 && { best_of }),
    ...(logprobs !== undefined && { logprobs }),
    ...(format && format.type !== 'text' && { response_format: format as JsonObject }),
  };
  const [first] = Object.keys(own);
  return first === undefined ? undefined : [first, own];
}
