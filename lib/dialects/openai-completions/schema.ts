import * as v from 'valibot';
import { flag, numberFrom, object, text, wholeNumber } from '../field-schemas.ts';

const anyWholeNumber = wholeNumber(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);

/**
 * The parts of a text completion request that Sluice validates: documented ranges, and the types of members that it
 * reads. Unknown members pass. The body has no null members.
 */
export const completionSchema = v.looseObject({
  model: v.pipe(text, v.minLength(1, 'must name a model')),
  prompt: v.union(
    [text, v.pipe(v.array(text), v.minLength(1, 'must have at least one string'))],
    'must be a string or an array of strings',
  ),
  stream: v.optional(flag),
  stream_options: v.optional(v.looseObject({ include_usage: v.nullish(flag) }, 'must be an object')),
  // 0 with `echo` requests the log probabilities of the prompt.
  max_tokens: v.optional(wholeNumber(0, Number.MAX_SAFE_INTEGER)),
  temperature: v.optional(numberFrom(0, 2)),
  top_p: v.optional(numberFrom(0, 1)),
  top_k: v.optional(anyWholeNumber),
  n: v.optional(wholeNumber(1, 128)),
  stop: v.optional(v.union([text, v.array(text)], 'must be a string or an array of strings')),
  frequency_penalty: v.optional(numberFrom(-2, 2)),
  presence_penalty: v.optional(numberFrom(-2, 2)),
  logit_bias: v.optional(v.record(v.string(), numberFrom(-100, 100), 'must be an object of numbers')),
  seed: v.optional(anyWholeNumber),
  user: v.optional(text),
  suffix: v.optional(text),
  echo: v.optional(flag),
  best_of: v.optional(wholeNumber(1, 20)),
  logprobs: v.optional(wholeNumber(0, 5)),
  // vLLM only.
  response_format: v.optional(object),
  input: v.optional(object),
  output: v.optional(object),
});

export type CompletionBody = v.InferOutput<typeof completionSchema>;
