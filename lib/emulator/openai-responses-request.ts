import { isObject, type Json, type JsonObject } from '../stream/json.ts';
import { readCustomTool } from './openai-request.ts';
import type { Prompt, Tool, Turn } from './prompt.ts';
import { limit, must, objects, Refusal } from './refusal.ts';
import { isEncryptedReasoning } from './signature.ts';

/** A Responses request of the emulated OpenAI. */
export interface ResponsesRequest {
  readonly prompt: Prompt;
  readonly stream: boolean;
  /** The client requested a summary of the reasoning. */
  readonly summary: boolean;
  /** The client requested encrypted reasoning, because nothing is stored. */
  readonly encrypted: boolean;
}

const fields = new Set(
  `model input instructions stream stream_options store include tools tool_choice parallel_tool_calls reasoning text
  max_output_tokens max_tool_calls temperature top_p top_logprobs metadata user safety_identifier prompt_cache_key
  prompt_cache_retention service_tier truncation background conversation previous_response_id prompt`.split(/\s+/),
);

const minOutputTokens = 16;

/** Reads the body of a Responses request. Rejects what OpenAI rejects, as far as an adapter can make the mistake. */
export function readResponsesRequest(body: JsonObject): ResponsesRequest {
  for (const name of Object.keys(body)) must(fields.has(name), `Unknown parameter: '${name}'.`, name);
  must(body.previous_response_id == null, `Previous response with id '${body.previous_response_id}' not found.`);
  const items: JsonObject[] =
    typeof body.input === 'string'
      ? [{ type: 'message', role: 'user', content: body.input }]
      : objects(body.input, 'input').map((item) => ({ ...item, type: item.type ?? 'message' }));
  must(items.length > 0, "Missing required parameter: 'input'.", 'input');
  checkOutputs(items);
  checkReasoning(items);
  const tools = objects(body.tools, 'tools').flatMap((tool, index) => readTool(tool, index));
  const maxTokens = limit(body.max_output_tokens, 'max_output_tokens');
  must(
    maxTokens === undefined || maxTokens >= minOutputTokens,
    `Invalid 'max_output_tokens': integer below minimum value. Expected a value >= ${minOutputTokens}.`,
    'max_output_tokens',
  );
  const reasoning = isObject(body.reasoning) ? body.reasoning : {};
  const json = readFormat(body.text);
  const instructions: Turn[] =
    typeof body.instructions === 'string' ? [{ role: 'system', text: body.instructions, attachments: 0 }] : [];
  return {
    prompt: {
      turns: [...instructions, ...items.flatMap(readItem)],
      tools,
      toolChoice: readToolChoice(body.tool_choice, tools),
      parallelTools: body.parallel_tool_calls !== false,
      reasoning: typeof reasoning.effort === 'string' && reasoning.effort !== 'none',
      ...(json && { json }),
      ...(maxTokens !== undefined && { maxTokens }),
      stop: [],
    },
    stream: body.stream === true,
    summary: typeof reasoning.summary === 'string',
    encrypted: Array.isArray(body.include) && body.include.includes('reasoning.encrypted_content'),
  };
}

/** Each call needs an output somewhere after it, and each output needs its call. */
function checkOutputs(items: readonly JsonObject[]): void {
  const open = new Set<Json | undefined>();
  for (const { type, call_id: id } of items) {
    if (type === 'function_call' || type === 'custom_tool_call') open.add(id);
    if (type === 'function_call_output' || type === 'custom_tool_call_output') {
      must(open.delete(id), `No tool call found for function call output with call_id ${id}.`, 'input');
    }
  }
  for (const id of open) must(false, `No tool output found for function call ${id}.`, 'input');
}

/** Reasoning must come back with its encrypted content unchanged, because nothing is stored. */
function checkReasoning(items: readonly JsonObject[]): void {
  for (const [index, { type, id, encrypted_content: encrypted }] of items.entries()) {
    if (type !== 'reasoning') continue;
    must(
      typeof encrypted === 'string',
      `Item with id '${id}' not found. Items are not persisted when \`store\` is set to false.`,
    );
    if (isEncryptedReasoning(encrypted)) continue;
    throw new Refusal(400, `The encrypted content ${encrypted.slice(0, 8)}... could not be verified.`, {
      param: `input[${index}].encrypted_content`,
    });
  }
}

const roles: Record<string, Turn['role']> = { system: 'system', developer: 'system', user: 'user', assistant: 'assistant' };

function readItem({ type, role, content, output, ...item }: JsonObject, index: number): Turn[] {
  if (type === 'function_call' || type === 'custom_tool_call' || type === 'reasoning') return [];
  if (type === 'function_call_output' || type === 'custom_tool_call_output')
    return [{ role: 'tool', ...readContent(output, `input[${index}].output`) }];
  must(type === 'message', `Invalid value: '${type}'.`, `input[${index}].type`);
  const known = typeof role === 'string' && Object.hasOwn(roles, role) ? roles[role] : undefined;
  must(known && item.tool_calls === undefined, `Invalid value: '${role}'.`, `input[${index}].role`);
  return [
    { role: known, ...readContent(content, `input[${index}].content`, known === 'assistant' ? 'output_text' : 'input_text') },
  ];
}

function readContent(content: Json | undefined, path: string, kind = 'input_text'): Omit<Turn, 'role'> {
  if (typeof content === 'string') return { text: content, attachments: 0 };
  const parts = objects(content, path);
  for (const [at, { type }] of parts.entries()) {
    const fits = type === kind || (kind === 'input_text' ? type === 'input_image' || type === 'input_file' : type === 'refusal');
    must(fits, `Invalid value: '${type}'. Supported values are: '${kind}'.`, `${path}[${at}]`);
  }
  const texts = parts.filter(({ text }) => typeof text === 'string');
  return { text: texts.map(({ text }) => text).join('\n'), attachments: parts.length - texts.length };
}

/** Tools that OpenAI runs itself. They are accepted and never used: the toy model has none. */
const hosted =
  /^(web_search|file_search|code_interpreter|computer|image_generation|local_shell|shell|apply_patch|mcp|tool_search|namespace)/;

/** The tool, or nothing for one of OpenAI's own. */
function readTool({ type, name, description, parameters, ...tool }: JsonObject, index: number): Tool[] {
  if (hosted.test(String(type))) return [];
  if (type === 'custom')
    return [readCustomTool({ name: name ?? null, description: description ?? null, ...tool }, `tools[${index}]`)];
  must(type === 'function', `Invalid value: '${type}'. Supported values are: 'function' and 'custom'.`, `tools[${index}].type`);
  must(
    typeof name === 'string' && /^[a-zA-Z0-9_-]{1,64}$/.test(name),
    `Missing required parameter: 'tools[${index}].name'.`,
    `tools[${index}].name`,
  );
  return [
    {
      name,
      description: typeof description === 'string' ? description : '',
      schema: isObject(parameters) ? parameters : {},
    },
  ];
}

function readToolChoice(choice: Json | undefined, tools: readonly Tool[]): Prompt['toolChoice'] {
  if (isObject(choice)) {
    const { name, type, mode } = choice;
    if (type === 'allowed_tools') return mode === 'required' ? 'any' : 'auto';
    must(
      typeof name === 'string' && tools.some((tool) => tool.name === name),
      `Tool choice '${name}' not found in 'tools' parameter.`,
      'tool_choice',
    );
    return { name };
  }
  const known: Record<string, Prompt['toolChoice']> = { auto: 'auto', none: 'none', required: 'any' };
  const chosen = known[typeof choice === 'string' ? choice : 'auto'];
  must(chosen, `Invalid value: '${choice}'. Supported values are: 'none', 'auto', and 'required'.`, 'tool_choice');
  return chosen;
}

function readFormat(text: Json | undefined): JsonObject | undefined {
  const format = isObject(text) && isObject(text.format) ? text.format : {};
  if (format.type === 'json_object') return {};
  if (format.type !== 'json_schema') return undefined;
  must(typeof format.name === 'string', "Missing required parameter: 'text.format.name'.", 'text.format.name');
  must(isObject(format.schema), "Missing required parameter: 'text.format.schema'.", 'text.format.schema');
  return format.schema;
}
