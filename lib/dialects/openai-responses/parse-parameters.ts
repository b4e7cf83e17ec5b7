import { isObject, type Json, type JsonObject } from '../../stream/json.ts';
import type { ModelRequest, Parameters, ResponseFormat, Tool, ToolChoice } from '../../stream/request.ts';
import { lenientObject, lenientText } from '../lenient-fields.ts';
import { type ParameterReaders, readMember, readParameters } from '../openai/read-parameters.ts';
import { invalidField } from '../validate-body.ts';
import type { ResponsesBody } from './schema.ts';

const maxFunctions = 128;
const logprobsIncluded = 'message.output_text.logprobs';

/** How each parameter is read: the member that set it and its value. Nothing if it was not set. */
const readers: ParameterReaders<ResponsesBody> = {
  maxOutputTokens: (body) => readMember(body, 'max_output_tokens'),
  temperature: (body) => readMember(body, 'temperature'),
  topP: (body) => readMember(body, 'top_p'),
  tools: ({ tools = [] }) => (tools.length > 0 ? ['tools', readTools(tools as JsonObject[])] : undefined),
  toolChoice: ({ tool_choice }) => tool_choice && ['tool_choice', readToolChoice(tool_choice as Json)],
  parallelToolCalls: (body) => readMember(body, 'parallel_tool_calls'),
  reasoning: ({ reasoning }) => {
    const effort = reasoning?.effort;
    return effort ? ['reasoning.effort', effort === 'none' ? { enabled: false } : { enabled: true, effort }] : undefined;
  },
  responseFormat: ({ text }) => {
    const format = text?.format ? readFormat(text.format as JsonObject) : undefined;
    return format && ['text.format', format];
  },
  logprobs: ({ top_logprobs: top = 0, include = [] }) => {
    if (top > 0) return ['top_logprobs', { top }];
    return include.includes(logprobsIncluded) ? ['include', {}] : undefined;
  },
  user: (body) => readMember(body, 'user') ?? readMember(body, 'safety_identifier'),
  metadata: ({ metadata = {} }) =>
    Object.keys(metadata).length > 0 ? ['metadata', metadata as NonNullable<Parameters['metadata']>] : undefined,
  cacheKey: (body) => readMember(body, 'prompt_cache_key'),
  verbosity: ({ text }) => (text?.verbosity ? ['text.verbosity', text.verbosity] : undefined),
  serviceTier: (body) => readMember(body, 'service_tier'),
};

export function parseParameters(body: ResponsesBody): Pick<ModelRequest, 'parameters' | 'spelling'> {
  return readParameters(readers, body);
}

/** Functions are flat here. The type identifies the provider's own tools. */
function readTools(tools: readonly JsonObject[]): Tool[] {
  if (tools.filter(({ type }) => type === 'function').length > maxFunctions) {
    throw invalidField('tools', `must have at most ${maxFunctions} functions`);
  }
  return tools.map((tool, index): Tool => {
    const field = `tools[${index}]`;
    if (tool.type === 'custom') return customTool(tool, field);
    if (tool.type !== 'function') return { field, type: 'passthrough', value: tool };
    const { name, description, parameters, strict } = tool;
    return {
      field,
      type: 'function',
      name: lenientText(name),
      ...(lenientText(description) && { description: lenientText(description) }),
      schema: isObject(parameters) ? parameters : { type: 'object', properties: {} },
      ...(typeof strict === 'boolean' && { strict }),
    };
  });
}

function customTool(value: JsonObject, field: string): Tool {
  const description = lenientText(value.description);
  return { field, type: 'custom', name: lenientText(value.name), ...(description && { description }), value };
}

/** Cursor names a function as chat completions do. */
function readToolChoice(choice: Json): ToolChoice {
  if (choice === 'auto' || choice === 'none' || choice === 'required') return { type: choice };
  const { type, name, function: called } = lenientObject(choice);
  if (type === 'custom' && lenientText(name)) return { type: 'tool', name: lenientText(name), custom: true };
  if (type !== 'function') return { type: 'passthrough', value: choice };
  const named = lenientText(name) || lenientText(lenientObject(called).name);
  if (!named) throw invalidField('tool_choice.name', 'is required');
  return { type: 'tool', name: named };
}

function readFormat({ type, name, description, schema, strict }: JsonObject): ResponseFormat | undefined {
  if (type === 'text') return undefined;
  if (type === 'json_object') return { type: 'json-object' };
  return {
    type: 'json-schema',
    name: lenientText(name),
    ...(lenientText(description) && { description: lenientText(description) }),
    schema: lenientObject(schema),
    ...(typeof strict === 'boolean' && { strict }),
  };
}
