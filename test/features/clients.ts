import type { JsonObject } from '../../lib/stream/json.ts';
import type { CheckedDialect } from '../support/checker/check.ts';
import type { CheckOptions } from '../support/checker/check-options.ts';

export const features = ['text', 'tools', 'reasoning', 'images', 'structured output', 'usage'] as const;
export type Feature = (typeof features)[number];

/** How clients of one dialect request each feature. A feature without an entry has no form in the dialect. */
export interface FeatureClient {
  readonly name: string;
  readonly dialect: CheckedDialect;
  /** Where usage is shown, in streams of chunks. */
  readonly showUsage?: CheckOptions['showUsage'];
  path(model: string): string;
  /** A body that requests a stream. */
  body(model: string, said: string): JsonObject;
  /** What a body adds to request each feature, `{}` if every answer has it. */
  readonly asks: Partial<Record<Feature, JsonObject>>;
}

/** The smallest PNG, one pixel. */
export const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** The requests, feature by feature. */
export const questions: Readonly<Record<Feature, string>> = {
  text: 'Why is the sky blue?',
  tools: 'What is the weather in Paris?',
  reasoning: 'Why is the sea salty?',
  images: 'What is in this picture?',
  'structured output': 'What is the weather in Berlin?',
  usage: 'Why is grass green?',
};

export const toolName = 'get_weather';
const description = 'The weather in a city';
const parameters = {
  type: 'object',
  properties: { city: { type: 'string' }, unit: { type: 'string', enum: ['celsius', 'fahrenheit'] } },
  required: ['city', 'unit'],
  additionalProperties: false,
};

/** The only member of the requested object. */
export const formatMember = 'place_of_forecast';
const schema = {
  type: 'object',
  properties: { [formatMember]: { type: 'string' } },
  required: [formatMember],
  additionalProperties: false,
};

const chat: FeatureClient = {
  name: 'chat completions',
  dialect: 'openai-chat',
  showUsage: true,
  path: () => '/v1/chat/completions',
  body: (model, said) => ({
    model,
    stream: true,
    stream_options: { include_usage: true },
    messages: [{ role: 'user', content: said }],
  }),
  asks: {
    text: {},
    tools: { tools: [{ type: 'function', function: { name: toolName, description, parameters } }] },
    reasoning: { reasoning_effort: 'medium' },
    images: {
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: questions.images },
            { type: 'image_url', image_url: { url: `data:image/png;base64,${pixel}` } },
          ],
        },
      ],
    },
    'structured output': { response_format: { type: 'json_schema', json_schema: { name: 'forecast', schema, strict: true } } },
    usage: {},
  },
};

const predictionGuard: FeatureClient = {
  ...chat,
  name: 'chat completions, Prediction Guard’s form',
  showUsage: 'finish chunk',
  path: () => '/chat/completions',
};

const messages: FeatureClient = {
  name: 'Messages',
  dialect: 'anthropic-messages',
  path: () => '/v1/messages',
  body: (model, said) => ({ model, stream: true, max_tokens: 4000, messages: [{ role: 'user', content: said }] }),
  asks: {
    text: {},
    tools: { tools: [{ name: toolName, description, input_schema: parameters }] },
    reasoning: { thinking: { type: 'enabled', budget_tokens: 2000 } },
    images: {
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: questions.images },
            { type: 'image', source: { type: 'base64', media_type: 'image/png', data: pixel } },
          ],
        },
      ],
    },
    'structured output': { output_config: { format: { type: 'json_schema', schema } } },
    usage: {},
  },
};

/** Every dialect and form in which clients ask. */
export const featureClients: readonly FeatureClient[] = [
  chat,
  predictionGuard,
  {
    name: 'completions',
    dialect: 'openai-completions',
    showUsage: true,
    path: () => '/v1/completions',
    body: (model, prompt) => ({ model, prompt, stream: true, max_tokens: 4000, stream_options: { include_usage: true } }),
    asks: { text: {}, usage: {} },
  },
  {
    name: 'Responses',
    dialect: 'openai-responses',
    path: () => '/v1/responses',
    body: (model, input) => ({ model, input, stream: true, store: false }),
    asks: {
      text: {},
      tools: { tools: [{ type: 'function', name: toolName, description, parameters, strict: true }] },
      reasoning: { reasoning: { effort: 'medium', summary: 'auto' }, include: ['reasoning.encrypted_content'] },
      images: {
        input: [
          {
            role: 'user',
            content: [
              { type: 'input_text', text: questions.images },
              { type: 'input_image', image_url: `data:image/png;base64,${pixel}`, detail: 'auto' },
            ],
          },
        ],
      },
      'structured output': { text: { format: { type: 'json_schema', name: 'forecast', schema, strict: true } } },
      usage: {},
    },
  },
  messages,
  {
    name: '/v1/complete',
    dialect: 'anthropic-complete',
    path: () => '/v1/complete',
    body: (model, said) => ({
      model,
      prompt: `\n\nHuman: ${said}\n\nAssistant:`,
      stream: true,
      max_tokens_to_sample: 4000,
    }),
    asks: { text: {} },
  },
  {
    name: 'Converse',
    dialect: 'bedrock-converse',
    path: (model) => `/model/${encodeURIComponent(model)}/converse-stream`,
    body: (_model, said) => ({ messages: [{ role: 'user', content: [{ text: said }] }], inferenceConfig: { maxTokens: 4000 } }),
    asks: {
      text: {},
      tools: { toolConfig: { tools: [{ toolSpec: { name: toolName, description, inputSchema: { json: parameters } } }] } },
      reasoning: { additionalModelRequestFields: { thinking: { type: 'enabled', budget_tokens: 2000 } } },
      images: {
        messages: [
          { role: 'user', content: [{ text: questions.images }, { image: { format: 'png', source: { bytes: pixel } } }] },
        ],
      },
      'structured output': {
        outputConfig: {
          textFormat: { type: 'json_schema', structure: { jsonSchema: { name: 'forecast', schema: JSON.stringify(schema) } } },
        },
      },
      usage: {},
    },
  },
  {
    ...messages,
    name: 'InvokeModel, Claude’s Messages',
    dialect: 'bedrock-invoke',
    path: (model) => `/model/${encodeURIComponent(model)}/invoke-with-response-stream`,
    body: (model, said) => {
      const { model: _model, stream: _stream, ...body } = messages.body(model, said);
      return { anthropic_version: 'bedrock-2023-05-31', ...body };
    },
  },
];
