import * as v from 'valibot';
import { byMember, byType } from '../chosen-schema.ts';
import { flag, numberFrom, object, oneOf, text, wholeNumber } from '../field-schemas.ts';

/*
 * The parts of a request that Sluice validates: documented ranges, and the types of members that it reads. Unknown
 * members pass at every level. The top-level names are the members that this dialect knows and that need no
 * passthrough.
 */

const typed = v.looseObject({ type: v.nullish(text) }, 'must be an object');
const parts = v.union(
  [text, v.array(v.looseObject({ type: text }, 'must be an object with a type'))],
  'must be a string or an array of parts',
);
const texts = v.array(v.looseObject({ type: text, text: v.nullish(text) }, 'must be an object with a type'), 'must be an array');

const message = v.looseObject({ role: oneOf(['user', 'assistant', 'system', 'developer']), content: v.nullish(parts) });

/** Items by type. A message may omit its type. */
const items: Readonly<Record<string, v.GenericSchema>> = {
  message,
  function_call: v.looseObject({ call_id: text, name: text, arguments: v.nullish(text) }),
  function_call_output: v.looseObject({ call_id: text, output: parts }),
  reasoning: v.looseObject({ summary: v.nullish(texts), content: v.nullish(texts), encrypted_content: v.nullish(text) }),
};

const item = byType(items, typed, byMember('role', message, typed));

const functionTool = v.looseObject({
  name: v.pipe(text, v.minLength(1, 'must not be empty')),
  description: v.nullish(text),
  parameters: v.nullish(object),
  strict: v.nullish(flag),
});

const tool = byType({ function: functionTool }, v.looseObject({ type: text }, 'must be an object with a type'));

const format = v.variant(
  'type',
  [
    v.looseObject({ type: v.literal('text') }),
    v.looseObject({ type: v.literal('json_object') }),
    v.looseObject({
      type: v.literal('json_schema'),
      name: text,
      description: v.nullish(text),
      schema: object,
      strict: v.nullish(flag),
    }),
  ],
  'must be text, json_object or json_schema',
);

/** The body without its null members. */
export const responsesSchema = v.looseObject({
  model: v.pipe(text, v.minLength(1, 'must name a model')),
  input: v.union(
    [text, v.pipe(v.array(item), v.minLength(1, 'must have at least one item'))],
    'must be a string or an array of items',
  ),
  instructions: v.optional(text),
  stream: v.optional(flag),
  stream_options: v.optional(object),
  include: v.optional(v.array(text, 'must be an array of strings')),
  store: v.optional(flag),
  background: v.optional(flag),
  max_output_tokens: v.optional(wholeNumber(1, Number.MAX_SAFE_INTEGER)),
  temperature: v.optional(numberFrom(0, 2)),
  top_p: v.optional(numberFrom(0, 1)),
  top_logprobs: v.optional(wholeNumber(0, 20)),
  tools: v.optional(v.array(tool, 'must be an array of tools')),
  tool_choice: v.optional(
    v.union(
      [oneOf(['auto', 'none', 'required']), v.looseObject({ type: text })],
      'must be auto, none, required or an object that names a tool',
    ),
  ),
  parallel_tool_calls: v.optional(flag),
  reasoning: v.optional(
    v.looseObject(
      { effort: v.nullish(oneOf(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'])), summary: v.nullish(text) },
      'must be an object',
    ),
  ),
  text: v.optional(v.looseObject({ format: v.nullish(format), verbosity: v.nullish(text) }, 'must be an object')),
  user: v.optional(text),
  safety_identifier: v.optional(text),
  metadata: v.optional(object),
  prompt_cache_key: v.optional(text),
  service_tier: v.optional(text),
});

export type ResponsesBody = v.InferOutput<typeof responsesSchema>;
