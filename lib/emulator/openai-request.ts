import { isObject, type Json, type JsonObject } from '../stream/json.ts';
import type { Prompt, Tool, Turn } from './prompt.ts';
import { limit, must, objects, strings } from './refusal.ts';

/** A chat request of the emulated OpenAI. */
export interface ChatRequest {
  readonly prompt: Prompt;
  readonly stream: boolean;
  readonly includeUsage: boolean;
  readonly obfuscation: boolean;
  readonly choices: number;
  readonly logprobs: boolean;
}

/** Reads the body of a chat request. Rejects what OpenAI rejects, as far as an adapter can make the mistake. */
export function readChatRequest(body: JsonObject): ChatRequest {
  const options = isObject(body.stream_options) ? body.stream_options : {};
  must(
    !isObject(body.stream_options) || body.stream === true,
    "The 'stream_options' parameter is only allowed when 'stream' is enabled.",
    'stream_options',
  );
  const choices = limit(body.n, 'n') ?? 1;
  must(choices <= 8, "Invalid 'n': integer above maximum value. Expected a value <= 8.", 'n');
  return {
    prompt: readPrompt(body),
    stream: body.stream === true,
    includeUsage: options.include_usage === true,
    obfuscation: options.include_obfuscation !== false,
    choices,
    logprobs: body.logprobs === true,
  };
}

function readPrompt(body: JsonObject): Prompt {
  must(Array.isArray(body.messages), "Missing required parameter: 'messages'.", 'messages');
  must(
    body.messages.length > 0,
    "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array instead.",
    'messages',
  );
  const messages = objects(body.messages, 'messages');
  checkToolMessages(messages);
  const tools = objects(body.tools, 'tools').map(readTool);
  must(
    tools.length > 0 || body.tool_choice == null,
    "Invalid value for 'tool_choice': 'tool_choice' is only allowed when 'tools' are specified.",
    'tool_choice',
  );
  const stop = strings(body.stop, 'stop');
  must(stop.length <= 4, "Invalid 'stop': array too long. Expected an array with maximum length 4.", 'stop');
  const maxTokens = limit(body.max_completion_tokens, 'max_completion_tokens') ?? limit(body.max_tokens, 'max_tokens');
  const json = readFormat(body.response_format);
  return {
    turns: messages.map(readMessage),
    tools,
    toolChoice: readToolChoice(body.tool_choice, tools),
    parallelTools: body.parallel_tool_calls !== false,
    reasoning: typeof body.reasoning_effort === 'string' && body.reasoning_effort !== 'none',
    ...(json && { json }),
    ...(maxTokens !== undefined && { maxTokens }),
    stop,
  };
}

const roles: Record<string, Turn['role']> = {
  system: 'system',
  developer: 'system',
  user: 'user',
  assistant: 'assistant',
  tool: 'tool',
  function: 'tool',
};

function readMessage({ role, content, tool_calls: calls }: JsonObject, index: number): Turn {
  const known = typeof role === 'string' && Object.hasOwn(roles, role) ? roles[role] : undefined;
  must(
    known,
    `Invalid value: '${role}'. Supported values are: 'system', 'assistant', 'user', 'function', 'tool', and 'developer'.`,
    `messages[${index}].role`,
  );
  if (typeof content === 'string') return { role: known, text: content, attachments: 0 };
  const path = `messages[${index}].content`;
  must(
    content != null || (known === 'assistant' && Array.isArray(calls)),
    `Invalid value for 'content': expected a string, got null.`,
    path,
  );
  const parts = objects(content, path);
  const texts = parts.filter((part) => typeof part.type === 'string' && typeof part[part.type] === 'string');
  return { role: known, text: texts.map((part) => part[String(part.type)]).join('\n'), attachments: parts.length - texts.length };
}

/** The tool messages right after an assistant message must answer each of its calls and nothing else. */
function checkToolMessages(messages: readonly JsonObject[]): void {
  let open = new Set<Json | undefined>();
  for (const [index, message] of messages.entries()) {
    if (message.role === 'tool') {
      must(
        open.delete(message.tool_call_id),
        "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.",
        `messages.[${index}].role`,
      );
      continue;
    }
    must(
      open.size === 0,
      `An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: ${[...open].join(', ')}`,
      `messages.[${index}].role`,
    );
    open = new Set(objects(message.tool_calls, `messages[${index}].tool_calls`).map((call) => call.id));
  }
  must(
    open.size === 0,
    `An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: ${[...open].join(', ')}`,
    'messages',
  );
}

function readTool(tool: JsonObject, index: number): Tool {
  if (tool.type === 'custom') return readCustomTool(isObject(tool.custom) ? tool.custom : {}, `tools[${index}].custom`);
  must(
    tool.type === 'function' && isObject(tool.function),
    `Missing required parameter: 'tools[${index}].function'.`,
    `tools[${index}].function`,
  );
  const { name, description, parameters } = tool.function;
  must(
    typeof name === 'string' && /^[a-zA-Z0-9_-]{1,64}$/.test(name),
    `Invalid 'tools[${index}].function.name': string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.`,
    `tools[${index}].function.name`,
  );
  return {
    name,
    description: typeof description === 'string' ? description : '',
    schema: isObject(parameters) ? parameters : {},
  };
}

/** A tool that takes free text; `path` is where it stands. */
export function readCustomTool({ name, description }: JsonObject, path: string): Tool {
  must(
    typeof name === 'string' && /^[a-zA-Z0-9_-]{1,64}$/.test(name),
    `Missing required parameter: '${path}.name'.`,
    `${path}.name`,
  );
  return { name, description: typeof description === 'string' ? description : '', schema: {}, freeform: true };
}

function readToolChoice(choice: Json | undefined, tools: readonly Tool[]): Prompt['toolChoice'] {
  if (isObject(choice)) {
    const allowed = isObject(choice.allowed_tools) ? choice.allowed_tools.mode : undefined;
    if (allowed !== undefined) return allowed === 'required' ? 'any' : 'auto';
    const chosen = choice.function ?? choice.custom;
    const name = isObject(chosen) ? chosen.name : undefined;
    must(
      typeof name === 'string' && tools.some((tool) => tool.name === name),
      `Invalid value for 'tool_choice': the function '${name}' is not among 'tools'.`,
      'tool_choice',
    );
    return { name };
  }
  const known: Record<string, Prompt['toolChoice']> = { auto: 'auto', none: 'none', required: 'any' };
  const chosen = known[typeof choice === 'string' ? choice : 'auto'];
  must(chosen, `Invalid value: '${choice}'. Supported values are: 'none', 'auto', and 'required'.`, 'tool_choice');
  return chosen;
}

function readFormat(format: Json | undefined): JsonObject | undefined {
  if (!isObject(format) || format.type === 'text') return undefined;
  if (format.type === 'json_object') return {};
  must(
    format.type === 'json_schema' && isObject(format.json_schema),
    "Missing required parameter: 'response_format.json_schema'.",
    'response_format.json_schema',
  );
  must(
    typeof format.json_schema.name === 'string',
    "Missing required parameter: 'response_format.json_schema.name'.",
    'response_format.json_schema.name',
  );
  return isObject(format.json_schema.schema) ? format.json_schema.schema : {};
}
