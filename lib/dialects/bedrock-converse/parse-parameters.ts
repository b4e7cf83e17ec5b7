import { type Json, type JsonObject, parseJsonObject } from '../../stream/json.ts';
import type { ModelRequest, Parameters, Reasoning, ResponseFormat, Tool, ToolChoice } from '../../stream/request.ts';
import { filled, lenientNumber, lenientObject, lenientObjects, lenientText, lenientTexts } from '../lenient-fields.ts';
import { invalidField } from '../validate-body.ts';
import { cacheOf } from './parse-messages.ts';

type Reader<Name extends keyof Parameters> = readonly [
  spelled: string | ((body: JsonObject) => string),
  read: (body: JsonObject) => Parameters[Name],
];

/** Where each parameter is in the body, and its value. `undefined` if it is not set. */
const readers: { [Name in keyof Parameters]?: Reader<Name> } = {
  maxOutputTokens: ['inferenceConfig.maxTokens', (body) => lenientNumber(lenientObject(body.inferenceConfig).maxTokens)],
  temperature: ['inferenceConfig.temperature', (body) => lenientNumber(lenientObject(body.inferenceConfig).temperature)],
  topP: ['inferenceConfig.topP', (body) => lenientNumber(lenientObject(body.inferenceConfig).topP)],
  topK: ['additionalModelRequestFields.top_k', topKOf],
  stop: ['inferenceConfig.stopSequences', (body) => filled(lenientTexts(lenientObject(body.inferenceConfig).stopSequences))],
  tools: ['toolConfig.tools', (body) => filled(toolsOf(body))],
  toolChoice: ['toolConfig.toolChoice', (body) => toolChoiceOf(lenientObject(body.toolConfig).toolChoice)],
  reasoning: [reasoningSpelled, reasoningOf],
  responseFormat: ['outputConfig.textFormat', responseFormatOf],
  serviceTier: ['serviceTier', (body) => lenientText(lenientObject(body.serviceTier).type) || undefined],
  guardrail: ['guardrailConfig', (body) => body.guardrailConfig],
};

/** Members that are read above, here or with the conversation. */
const readMembers: ReadonlySet<string> = new Set([
  'messages',
  'system',
  'inferenceConfig',
  'toolConfig',
  'outputConfig',
  'serviceTier',
  'guardrailConfig',
  'additionalModelRequestFields',
]);

/** Model-specific fields that are read: of Claude, of Nova, of gpt-oss. */
const reasoningFields = ['thinking', 'reasoning_config', 'reasoningConfig', 'reasoning_effort'] as const;
const readFields: ReadonlySet<string> = new Set(['top_k', ...reasoningFields]);

/**
 * The parameters besides the conversation. `unknown` lists members and model-specific fields that have no meaning
 * here.
 */
export function readParameters(body: JsonObject): Pick<ModelRequest, 'parameters' | 'spelling' | 'unknown'> {
  const parameters: Record<string, unknown> = {};
  const spelling: ModelRequest['spelling'] = {};
  for (const name of Object.keys(readers) as (keyof typeof readers)[]) {
    const [spelled, read] = readers[name] ?? ['', () => undefined];
    const value = read(body);
    if (value === undefined) continue;
    parameters[name] = value;
    spelling[name] = typeof spelled === 'string' ? spelled : spelled(body);
  }
  const fields = Object.keys(fieldsIn(body)).filter(
    (name) => !readFields.has(name) && !(name === 'inferenceConfig' && topKOf(body)),
  );
  const unknown = [
    ...Object.keys(body).filter((name) => !readMembers.has(name)),
    ...fields.map((name) => `additionalModelRequestFields.${name}`),
  ];
  return { parameters, spelling, unknown };
}

function fieldsIn(body: JsonObject): JsonObject {
  return lenientObject(body.additionalModelRequestFields);
}

/** Claude's or Nova's. */
function topKOf(body: JsonObject): number | undefined {
  const { top_k, inferenceConfig } = fieldsIn(body);
  return lenientNumber(top_k) ?? lenientNumber(lenientObject(inferenceConfig).topK);
}

function toolsOf(body: JsonObject): Tool[] {
  const tools: Tool[] = [];
  for (const [index, tool] of lenientObjects(lenientObject(body.toolConfig).tools).entries()) {
    const cache = cacheOf(tool);
    const last = tools.at(-1);
    if (!cache) tools.push(toolOf(tool, `toolConfig.tools[${index}]`));
    else if (last) last.cache = cache;
  }
  return tools;
}

function toolOf(tool: JsonObject, field: string): Tool {
  if (tool.toolSpec === undefined) return { field, type: 'passthrough', value: tool };
  const { name, description, inputSchema, strict } = lenientObject(tool.toolSpec);
  return {
    field,
    type: 'function',
    name: lenientText(name),
    ...(lenientText(description) && { description: lenientText(description) }),
    schema: lenientObject(lenientObject(inputSchema).json),
    ...(typeof strict === 'boolean' && { strict }),
  };
}

function toolChoiceOf(value: Json | undefined): ToolChoice | undefined {
  if (value === undefined || value === null) return undefined;
  const { auto, any, tool } = lenientObject(value);
  if (auto) return { type: 'auto' };
  if (any) return { type: 'required' };
  return tool ? { type: 'tool', name: lenientText(lenientObject(tool).name) } : { type: 'passthrough', value };
}

const efforts: readonly string[] = ['minimal', 'low', 'medium', 'high', 'xhigh', 'max'] satisfies Reasoning['effort'][];

/** Each model family has its own field for it. An effort may also be in `outputConfig`. */
function reasoningOf(body: JsonObject): Reasoning | undefined {
  const { thinking, reasoning_config, reasoningConfig, reasoning_effort } = fieldsIn(body);
  const { type, budget_tokens, maxReasoningEffort } = lenientObject(thinking ?? reasoning_config ?? reasoningConfig);
  const effort = [maxReasoningEffort, reasoning_effort, lenientObject(body.outputConfig).effort].find(isEffort);
  if (type === undefined && effort === undefined) return undefined;
  const budgetTokens = lenientNumber(budget_tokens);
  const isOwnEffort = type === undefined && isEffort(lenientObject(body.outputConfig).effort);
  return {
    enabled: type !== 'disabled',
    ...(type === 'adaptive' && { adaptive: true }),
    ...(isOwnEffort && { effortOnly: true }),
    ...(effort && { effort }),
    ...(budgetTokens !== undefined && { budgetTokens }),
  };
}

function reasoningSpelled(body: JsonObject): string {
  const field = reasoningFields.find((name) => fieldsIn(body)[name] !== undefined);
  return field ? `additionalModelRequestFields.${field}` : 'outputConfig.effort';
}

function isEffort(value: Json | undefined): value is NonNullable<Reasoning['effort']> {
  return typeof value === 'string' && efforts.includes(value);
}

/** The schema is a JSON string. */
function responseFormatOf(body: JsonObject): ResponseFormat | undefined {
  const { type, structure } = lenientObject(lenientObject(body.outputConfig).textFormat);
  if (type !== 'json_schema') return undefined;
  const { schema, name, description } = lenientObject(lenientObject(structure).jsonSchema);
  const read = parseJsonObject(lenientText(schema));
  if (!read) throw invalidField('outputConfig.textFormat.structure.jsonSchema.schema', 'must be a JSON schema as a string');
  return {
    type: 'json-schema',
    name: lenientText(name) || 'response',
    ...(lenientText(description) && { description: lenientText(description) }),
    schema: read,
    strict: true,
  };
}
