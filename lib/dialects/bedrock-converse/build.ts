import type { JsonObject } from '../../stream/json.ts';
import type { ModelRequest, Tool } from '../../stream/request.ts';
import { clampParameters } from '../clamp-parameters.ts';
import type { BuiltRequest } from '../dialect.ts';
import { lenientObject } from '../lenient-fields.ts';
import { mapParameters, type ParameterWriters, unsupported } from '../map-parameters.ts';
import { cachePoint, conversationOf } from './messages.ts';
import { familyOf, type ModelFamily } from './model-family.ts';
import { withinModel } from './most-tokens.ts';
import { dialectName } from './wire.ts';

/** The body of a Converse request. Throws like `ProviderDialect.build` and `conversationOf`. */
export function build(original: ModelRequest, model: string): BuiltRequest {
  const capped = withinModel(original, model);
  const family = familyOf(model);
  if (capped.dialect === dialectName) return { body: passthroughBody(capped, family), dropped: [] };
  const { request, lowered } = clampParameters(capped, { temperature: maxTemperature });
  const { system, messages, dropped } = conversationOf(request.messages, family);
  const mapped = mapParameters(request, { ...commonWriters, ...toolWriters(family), ...family.writers });
  // Sluice only reports a lowered temperature if it sends one.
  const reported = lowered.filter((name) => !mapped.dropped.includes(name));
  const tools = mapped.fields.toolConfig === undefined ? toolsOfHistory(request) : [];
  return {
    body: {
      messages,
      ...(system.length > 0 && { system }),
      ...(tools.length > 0 && { toolConfig: { tools } }),
      ...mapped.fields,
    },
    dropped: [...mapped.dropped, ...dropped, ...reported, ...loosened(request, family)],
  };
}

/**
 * A client's own Converse body passes unchanged. Only its output limit may have been lowered, and the thinking budget
 * must stay below it.
 */
function passthroughBody({ body: capped, appended = [], parameters }: ModelRequest, family: ModelFamily): JsonObject {
  const { maxOutputTokens: maxTokens } = parameters;
  const more = appended.length > 0 &&
    Array.isArray(capped.messages) && { messages: [...capped.messages, ...conversationOf(appended, family).messages] };
  const body: JsonObject = { ...capped, ...more };
  if (maxTokens === undefined) return body;
  const fields = lenientObject(body.additionalModelRequestFields);
  const thinking = lenientObject(fields.thinking);
  const tooMuch = typeof thinking.budget_tokens === 'number' && thinking.budget_tokens >= maxTokens;
  return {
    ...body,
    inferenceConfig: { ...lenientObject(body.inferenceConfig), maxTokens },
    ...(tooMuch && { additionalModelRequestFields: { ...fields, thinking: { ...thinking, budget_tokens: maxTokens - 1 } } }),
  };
}

const maxTemperature = 1;

const serviceTiers = ['priority', 'flex', 'reserved'];

const commonWriters: ParameterWriters = {
  maxOutputTokens: (maxTokens) => ({ inferenceConfig: { maxTokens } }),
  temperature: (temperature) => ({ inferenceConfig: { temperature } }),
  topP: (topP) => ({ inferenceConfig: { topP } }),
  stop: (stopSequences) => ({ inferenceConfig: { stopSequences } }),
  // Every model here makes parallel calls by default.
  parallelToolCalls: (parallel) => (parallel ? {} : undefined),
  serviceTier: (type) => (serviceTiers.includes(type) ? { serviceTier: { type } } : undefined),
  responseFormat: (format) => {
    if (format.type !== 'json-schema') return undefined;
    const { name, description, schema } = format;
    const jsonSchema = { schema: JSON.stringify(schema), name, ...(description && { description }) };
    return { outputConfig: { textFormat: { type: 'json_schema', structure: { jsonSchema } } } };
  },
};

function toolWriters(family: ModelFamily): ParameterWriters {
  return {
    tools: (tools, request) => {
      // There is no choice `none`. Without tools, none is called. But Bedrock rejects a history with calls if there
      // are no tools.
      const withheld = request.parameters.toolChoice?.type === 'none' && !toolNamesOfHistory(request).length;
      return withheld || tools.length === 0 ? {} : { toolConfig: { tools: tools.flatMap((tool) => toolSpecs(tool, family)) } };
    },
    toolChoice: (choice, { parameters }) => {
      // `auto` is the default, and some models (Llama) reject it.
      if (choice.type === 'auto' || choice.type === 'none') return {};
      if (choice.type === 'passthrough' || !parameters.tools?.length) return undefined;
      const toolChoice = choice.type === 'tool' ? { tool: { name: choice.name } } : { any: {} };
      return { toolConfig: { toolChoice } };
    },
  };
}

function toolSpecs(tool: Tool, family: ModelFamily): JsonObject[] {
  if (tool.type === 'passthrough') throw unsupported(tool.field);
  const toolSpec = {
    name: tool.name,
    ...(tool.description && { description: tool.description }),
    // Elsewhere, a function without parameters may have an empty schema.
    inputSchema: { json: { type: 'object', ...tool.schema } },
    ...(tool.strict && family.strictTools && { strict: true }),
  };
  return tool.cache && family.cachePoints === 'everywhere' ? [{ toolSpec }, cachePoint(tool.cache)] : [{ toolSpec }];
}

/**
 * Bedrock rejects calls and results in the history of a request without tools. These placeholders stand in for the
 * called tools.
 */
function toolsOfHistory(request: ModelRequest): JsonObject[] {
  return toolNamesOfHistory(request).map((name) => ({ toolSpec: { name, inputSchema: { json: { type: 'object' } } } }));
}

function toolNamesOfHistory({ messages }: ModelRequest): string[] {
  const parts = messages.flatMap(({ content }) => content);
  return [...new Set(parts.flatMap((part) => (part.type === 'tool-call' ? [part.name] : [])))];
}

function loosened({ parameters: { tools = [] } }: ModelRequest, family: ModelFamily): string[] {
  if (family.strictTools) return [];
  return tools.flatMap((tool) => (tool.type === 'function' && tool.strict ? [`${tool.field}.strict`] : []));
}
