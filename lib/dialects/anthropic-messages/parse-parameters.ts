import type { Json, JsonObject } from '../../stream/json.ts';
import type { ModelRequest, Parameters, Reasoning, ResponseFormat, Tool, ToolChoice } from '../../stream/request.ts';
import { filled, lenientNumber, lenientObject, lenientObjects, lenientText, lenientTexts } from '../lenient-fields.ts';
import { cacheOf } from './parse-parts.ts';
import { isCustomTool } from './schema.ts';

type Readers = {
  [Name in keyof Parameters]?: readonly [
    spelled: string | ((body: JsonObject) => string),
    (body: JsonObject) => Parameters[Name],
  ];
};

/** Where each parameter is in the body, and its value. `undefined` if it is not set. */
const readers: Readers = {
  maxOutputTokens: ['max_tokens', (body) => lenientNumber(body.max_tokens)],
  temperature: ['temperature', (body) => lenientNumber(body.temperature)],
  topP: ['top_p', (body) => lenientNumber(body.top_p)],
  topK: ['top_k', (body) => lenientNumber(body.top_k)],
  stop: ['stop_sequences', (body) => filled(lenientTexts(body.stop_sequences))],
  tools: ['tools', (body) => filled([...toolsIn(body), ...serversIn(body)])],
  toolChoice: ['tool_choice', (body) => toolChoiceOf(body.tool_choice)],
  parallelToolCalls: [
    'tool_choice.disable_parallel_tool_use',
    (body) => (lenientObject(body.tool_choice).disable_parallel_tool_use === true ? false : undefined),
  ],
  reasoning: [(body) => (body.thinking === undefined ? 'output_config.effort' : 'thinking'), reasoningOf],
  responseFormat: [(body) => (formatSpelledOld(body) ? 'output_format' : 'output_config.format'), responseFormatOf],
  user: ['metadata.user_id', (body) => lenientText(lenientObject(body.metadata).user_id) || undefined],
  // OpenAI's name for the tier of `standard_only`.
  serviceTier: [
    'service_tier',
    ({ service_tier: tier }) => (tier === 'standard_only' ? 'default' : lenientText(tier) || undefined),
  ],
};

export function readParameters(body: JsonObject): Pick<ModelRequest, 'parameters' | 'spelling'> {
  const parameters: Record<string, unknown> = {};
  const spelling: ModelRequest['spelling'] = {};
  for (const name of Object.keys(readers) as (keyof typeof readers)[]) {
    const [spelled, read] = readers[name] ?? ['', () => undefined];
    const value = read(body);
    if (value === undefined) continue;
    parameters[name] = value;
    spelling[name] = typeof spelled === 'string' ? spelled : spelled(body);
  }
  return { parameters, spelling };
}

function toolsIn(body: JsonObject): Tool[] {
  return lenientObjects(body.tools).map((tool, index): Tool => {
    const place = { field: `tools[${index}]`, ...cacheOf(tool) };
    if (!isCustomTool(tool)) return { ...place, type: 'passthrough', value: tool };
    const description = lenientText(tool.description);
    return {
      ...place,
      type: 'function',
      name: lenientText(tool.name),
      ...(description && { description }),
      schema: lenientObject(tool.input_schema),
      ...(typeof tool.strict === 'boolean' && { strict: tool.strict }),
    };
  });
}

/** MCP servers whose tools the provider calls itself. No other dialect has such tools. */
function serversIn(body: JsonObject): Tool[] {
  return lenientObjects(body.mcp_servers).map((value, index) => ({ field: `mcp_servers[${index}]`, type: 'passthrough', value }));
}

function toolChoiceOf(choice: Json | undefined): ToolChoice | undefined {
  if (choice === undefined) return undefined;
  const { type, name } = lenientObject(choice);
  if (type === 'auto' || type === 'none') return { type };
  if (type === 'any') return { type: 'required' };
  return type === 'tool' ? { type, name: lenientText(name) } : { type: 'passthrough', value: choice };
}

const efforts: readonly string[] = ['minimal', 'low', 'medium', 'high', 'xhigh', 'max'] satisfies Reasoning['effort'][];

/**
 * `thinking` turns thinking on and, for older models, sets a budget. `output_config.effort` sets the effort. Adaptive
 * thinking counts as on.
 */
function reasoningOf(body: JsonObject): Reasoning | undefined {
  const { type, budget_tokens, display } = lenientObject(body.thinking);
  const { effort } = lenientObject(body.output_config);
  const known = typeof effort === 'string' && efforts.includes(effort);
  if (type === undefined && !known) return undefined;
  const budgetTokens = type === 'enabled' ? lenientNumber(budget_tokens) : undefined;
  return {
    enabled: type !== 'disabled',
    ...(type === 'adaptive' && { adaptive: true }),
    ...(type === undefined && { effortOnly: true }),
    ...(display === 'omitted' && { display }),
    ...(known && { effort: effort as NonNullable<Reasoning['effort']> }),
    ...(budgetTokens !== undefined && { budgetTokens }),
  };
}

/**
 * `output_format` is the older name, from before `output_config` had it. The format is always enforced, hence strict.
 */
function responseFormatOf(body: JsonObject): ResponseFormat | undefined {
  const { type, schema } = lenientObject(formatSpelledOld(body) ? body.output_format : lenientObject(body.output_config).format);
  return type === 'json_schema'
    ? { type: 'json-schema', name: 'response', schema: lenientObject(schema), strict: true }
    : undefined;
}

function formatSpelledOld(body: JsonObject): boolean {
  return body.output_format !== undefined;
}
