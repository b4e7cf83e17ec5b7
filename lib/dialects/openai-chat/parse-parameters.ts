import { isObject, type Json, type JsonObject } from '../../stream/json.ts';
import type { ModelRequest, ResponseFormat, Tool, ToolChoice } from '../../stream/request.ts';
import { type ParameterReaders, type Read, readMember, readParameters } from '../openai/read-parameters.ts';
import { invalidField } from '../validate-body.ts';
import { cacheMark } from './parse-messages.ts';
import type { ChatBody } from './schema.ts';

const maxFunctions = 128;

/** How each parameter is read: the member that set it and its value. Nothing if it was not set. */
const readers: ParameterReaders<ChatBody> = {
  maxOutputTokens: (body) => readMember(body, 'max_completion_tokens') ?? readMember(body, 'max_tokens'),
  temperature: (body) => readMember(body, 'temperature'),
  topP: (body) => readMember(body, 'top_p'),
  topK: (body) => readMember(body, 'top_k'),
  stop: ({ stop = [] }) => (stop.length > 0 ? ['stop', typeof stop === 'string' ? [stop] : stop] : undefined),
  frequencyPenalty: (body) => readMember(body, 'frequency_penalty'),
  presencePenalty: (body) => readMember(body, 'presence_penalty'),
  logitBias: (body) => readMember(body, 'logit_bias'),
  seed: (body) => readMember(body, 'seed'),
  tools: ({ tools = [] }) => (tools.length > 0 ? ['tools', readTools(tools)] : undefined),
  toolChoice: ({ tool_choice }) => tool_choice && ['tool_choice', readToolChoice(tool_choice)],
  parallelToolCalls: (body) => readMember(body, 'parallel_tool_calls'),
  reasoning: ({ reasoning_effort: effort }) =>
    effort && ['reasoning_effort', effort === 'none' ? { enabled: false } : { enabled: true, effort }],
  responseFormat: ({ response_format }) => {
    const format = response_format && readFormat(response_format);
    return format && ['response_format', format];
  },
  choices: ({ n = 1 }) => (n > 1 ? ['n', n] : undefined),
  logprobs: ({ logprobs, top_logprobs }) =>
    logprobs ? ['logprobs', top_logprobs === undefined ? {} : { top: top_logprobs }] : undefined,
  modalities: ({ modalities = ['text'], audio }) => {
    if (modalities.some((modality) => modality !== 'text')) return ['modalities', { modalities, audio: audio as Json }];
    return audio && ['audio', { audio: audio as Json }];
  },
  webSearch: (body) => readMember(body, 'web_search_options') as Read<'webSearch'>,
  legacyFunctions: (body) => (readMember(body, 'functions') ?? readMember(body, 'function_call')) as Read<'legacyFunctions'>,
  inputChecks: (body) => readMember(body, 'input') as Read<'inputChecks'>,
  outputChecks: (body) => readMember(body, 'output') as Read<'outputChecks'>,
  user: (body) => readMember(body, 'user') ?? readMember(body, 'safety_identifier'),
  metadata: (body) => readMember(body, 'metadata') as Read<'metadata'>,
  store: (body) => readMember(body, 'store'),
  cacheKey: (body) => readMember(body, 'prompt_cache_key'),
  verbosity: (body) => readMember(body, 'verbosity'),
  serviceTier: (body) => readMember(body, 'service_tier'),
  includeThinking: (body) => readMember(body, 'include_thinking'),
};

export function parseParameters(body: ChatBody): Pick<ModelRequest, 'parameters' | 'spelling'> {
  return readParameters(readers, body);
}

function readTools(tools: NonNullable<ChatBody['tools']>): Tool[] {
  if (tools.filter(({ type }) => type === 'function').length > maxFunctions) {
    throw invalidField('tools', `must have at most ${maxFunctions} functions`);
  }
  return tools.map((tool, index): Tool => {
    const field = `tools[${index}]`;
    if (tool.type === 'custom') return customTool(tool as JsonObject, field);
    if (tool.type !== 'function') return { field, type: 'passthrough', value: tool as Json };
    if (!tool.function) throw invalidField(`${field}.function`, 'is required');
    const { name, description, parameters, strict } = tool.function;
    const cache = cacheMark(tool) ?? cacheMark(tool.function);
    return {
      field,
      ...(cache && { cache }),
      type: 'function',
      name,
      ...(description && { description }),
      schema: (parameters as Extract<Tool, { type: 'function' }>['schema']) ?? { type: 'object', properties: {} },
      ...(typeof strict === 'boolean' && { strict }),
    };
  });
}

function customTool(value: JsonObject, field: string): Tool {
  const { name, description } = isObject(value.custom) ? value.custom : {};
  if (typeof name !== 'string') throw invalidField(`${field}.custom.name`, 'is required');
  return { field, type: 'custom', name, ...(typeof description === 'string' && description && { description }), value };
}

function readToolChoice(choice: NonNullable<ChatBody['tool_choice']>): ToolChoice {
  // Empower uses `any` for OpenAI's `required`.
  if (typeof choice === 'string') return { type: choice === 'any' ? 'required' : choice };
  const custom = choice.custom as { name?: unknown } | undefined;
  if (choice.type === 'custom' && typeof custom?.name === 'string') return { type: 'tool', name: custom.name, custom: true };
  const called = choice.function as { name?: unknown } | undefined;
  if (choice.type !== 'function') return { type: 'passthrough', value: choice as Json };
  if (typeof called?.name !== 'string') throw invalidField('tool_choice.function.name', 'is required');
  return { type: 'tool', name: called.name };
}

function readFormat(format: NonNullable<ChatBody['response_format']>): ResponseFormat | undefined {
  if (format.type === 'text') return undefined;
  if (format.type === 'json_object') return { type: 'json-object' };
  const { name, description, schema, strict } = format.json_schema;
  return {
    type: 'json-schema',
    name,
    ...(description && { description }),
    schema: (schema as Extract<ResponseFormat, { type: 'json-schema' }>['schema']) ?? {},
    ...(typeof strict === 'boolean' && { strict }),
  };
}
