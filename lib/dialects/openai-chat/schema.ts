import * as v from 'valibot';
import { flag, numberFrom, object, oneOf, text, wholeNumber } from '../field-schemas.ts';

/*
 * The parts of a chat completion request that Sluice validates: documented ranges, and the types of members that it
 * reads. Unknown members pass at every level. The top-level names are the members that this dialect knows.
 */

const tokens = wholeNumber(1, Number.MAX_SAFE_INTEGER);
const anyWholeNumber = wholeNumber(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);

const contentPart = v.looseObject({ type: text }, 'must be an object with a type');

const toolCall = v.looseObject(
  {
    id: text,
    function: v.nullish(v.looseObject({ name: text, arguments: v.nullish(text) }, 'must be an object')),
  },
  'must be an object',
);

const message = v.looseObject(
  {
    role: oneOf(['system', 'developer', 'user', 'assistant', 'tool', 'function']),
    content: v.nullish(v.union([text, v.array(contentPart)], 'must be a string or an array of parts')),
    refusal: v.nullish(text),
    reasoning_content: v.nullish(text),
    reasoning: v.nullish(text),
    reasoning_details: v.nullish(v.array(object, 'must be an array')),
    tool_calls: v.nullish(v.array(toolCall, 'must be an array of tool calls')),
    tool_call_id: v.nullish(text),
  },
  'must be an object with a role',
);

const tool = v.looseObject(
  {
    type: text,
    function: v.optional(
      v.looseObject(
        {
          name: v.pipe(text, v.minLength(1, 'must not be empty')),
          description: v.nullish(text),
          parameters: v.nullish(object),
          strict: v.nullish(flag),
        },
        'must be an object with a name',
      ),
    ),
  },
  'must be an object with a type',
);

const jsonSchema = v.looseObject({
  name: text,
  description: v.nullish(text),
  schema: v.nullish(object),
  strict: v.nullish(flag),
});

const responseFormat = v.variant(
  'type',
  [
    v.looseObject({ type: v.literal('text') }),
    v.looseObject({ type: v.literal('json_object') }),
    v.looseObject({ type: v.literal('json_schema'), json_schema: jsonSchema }),
  ],
  'must be text, json_object or json_schema',
);

const toolChoice = v.union(
  [oneOf(['auto', 'none', 'required', 'any']), v.looseObject({ type: text })],
  'must be auto, none, required, any or an object that names a function',
);

/** The body without its null members. */
export const chatSchema = v.looseObject({
  model: v.pipe(text, v.minLength(1, 'must name a model')),
  messages: v.union(
    [text, v.pipe(v.array(message), v.minLength(1, 'must have at least one message'))],
    'must be an array of messages',
  ),
  stream: v.optional(flag),
  stream_options: v.optional(v.looseObject({ include_usage: v.nullish(flag) }, 'must be an object')),
  max_tokens: v.optional(tokens),
  max_completion_tokens: v.optional(tokens),
  temperature: v.optional(numberFrom(0, 2)),
  top_p: v.optional(numberFrom(0, 1)),
  top_k: v.optional(anyWholeNumber),
  stop: v.optional(v.union([text, v.array(text)], 'must be a string or an array of strings')),
  frequency_penalty: v.optional(numberFrom(-2, 2)),
  presence_penalty: v.optional(numberFrom(-2, 2)),
  logit_bias: v.optional(v.record(v.string(), numberFrom(-100, 100), 'must be an object of numbers')),
  seed: v.optional(anyWholeNumber),
  tools: v.optional(v.array(tool, 'must be an array of tools')),
  tool_choice: v.optional(toolChoice),
  parallel_tool_calls: v.optional(flag),
  functions: v.optional(v.array(object, 'must be an array of functions')),
  function_call: v.optional(v.union([text, object], 'must be none, auto or an object that names a function')),
  reasoning_effort: v.optional(oneOf(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'])),
  response_format: v.optional(responseFormat),
  n: v.optional(wholeNumber(1, 128)),
  logprobs: v.optional(flag),
  top_logprobs: v.optional(wholeNumber(0, 20)),
  modalities: v.optional(v.array(text, 'must be an array of strings')),
  audio: v.optional(object),
  web_search_options: v.optional(object),
  input: v.optional(object),
  output: v.optional(object),
  user: v.optional(text),
  safety_identifier: v.optional(text),
  metadata: v.optional(object),
  store: v.optional(flag),
  prompt_cache_key: v.optional(text),
  verbosity: v.optional(text),
  service_tier: v.optional(text),
  include_thinking: v.optional(flag),
});

export type ChatBody = v.InferOutput<typeof chatSchema>;
export type ChatMessage = v.InferOutput<typeof message>;
export type ContentPart = v.InferOutput<typeof contentPart>;
