import * as v from 'valibot';
import { object, oneOf, text } from '../field-schemas.ts';

/*
 * The parts of a Converse request that Sluice must understand. Everything else passes, because the API is an open
 * list and Bedrock decides what it supports.
 */

const source = v.looseObject({ bytes: v.nullish(text), text: v.nullish(text) }, 'must be an object');
const media = { format: text, source };

const toolResult = v.looseObject({
  toolUseId: text,
  content: v.nullish(
    v.array(v.looseObject({ text: v.nullish(text), image: v.nullish(v.looseObject(media)) }), 'must be an array'),
  ),
  status: v.nullish(text),
});

const block = v.looseObject(
  {
    text: v.nullish(text),
    image: v.nullish(v.looseObject(media)),
    document: v.nullish(v.looseObject({ format: v.nullish(text), name: v.nullish(text), source })),
    toolUse: v.nullish(v.looseObject({ toolUseId: text, name: text, input: v.nullish(object) })),
    toolResult: v.nullish(toolResult),
    reasoningContent: v.nullish(
      v.looseObject({
        reasoningText: v.nullish(v.looseObject({ text, signature: v.nullish(text) })),
        redactedContent: v.nullish(text),
      }),
    ),
    cachePoint: v.nullish(object),
  },
  'must be an object',
);

const number = v.nullish(v.number('must be a number'));

const tool = v.looseObject({
  toolSpec: v.nullish(
    v.looseObject({
      name: text,
      description: v.nullish(text),
      inputSchema: v.looseObject({ json: object }, 'must be an object'),
    }),
  ),
});

/** The request body without its top-level nulls. `model` and `stream` come from its URL. */
export const requestSchema = v.looseObject({
  model: text,
  stream: v.boolean(),
  // A stored prompt, requested by its ARN, has its own messages.
  messages: v.optional(
    v.array(
      v.looseObject({ role: oneOf(['user', 'assistant', 'system']), content: v.array(block, 'must be an array of blocks') }),
      'must be an array',
    ),
  ),
  system: v.optional(v.array(block, 'must be an array of blocks')),
  inferenceConfig: v.optional(
    v.looseObject(
      {
        maxTokens: v.nullish(
          v.pipe(v.number('must be a number'), v.integer('must be an integer'), v.minValue(1, 'must be at least 1')),
        ),
        temperature: number,
        topP: number,
        stopSequences: v.nullish(v.array(text, 'must be an array of strings')),
      },
      'must be an object',
    ),
  ),
  toolConfig: v.optional(
    v.looseObject({ tools: v.nullish(v.array(tool, 'must be an array of tools')), toolChoice: v.nullish(object) }),
  ),
  outputConfig: v.optional(object),
  additionalModelRequestFields: v.optional(object),
  serviceTier: v.optional(object),
  guardrailConfig: v.optional(object),
});
