import { isObject, type Json, type JsonObject } from '../stream/json.ts';
import type { Prompt, Tool, Turn } from './prompt.ts';
import { limit, must, objects, strings } from './refusal.ts';
import { signThinking } from './signature.ts';

/** Fields of a Messages request, including beta ones. Anthropic rejects all others. */
const fields = new Set(
  `model messages max_tokens system stop_sequences stream temperature top_p top_k tools tool_choice thinking metadata
  service_tier container mcp_servers context_management output_config output_format inference_geo cache_control
  compaction diagnostics fallbacks fallback_credit_token speed thread billing_policy user_profile_id workspace_id`.split(/\s+/),
);

/** Reads the body of a Messages request. Rejects what Anthropic rejects, as far as an adapter can make the mistake. */
export function readMessagesRequest(body: JsonObject): Prompt {
  for (const name of Object.keys(body)) must(fields.has(name), `${name}: Extra inputs are not permitted`);
  const maxTokens = limit(body.max_tokens, 'max_tokens');
  const tools = objects(body.tools, 'tools').map(readTool);
  const choice = isObject(body.tool_choice) ? body.tool_choice : {};
  const toolChoice = readToolChoice(choice, tools);
  const reasoning = readThinking(body, maxTokens, toolChoice);
  checkSampling(body, reasoning);
  const messages = objects(body.messages, 'messages');
  must(Array.isArray(body.messages), 'messages: Field required');
  must(messages.length > 0, 'messages: at least one message is required');
  checkToolResults(messages);
  const turns = messages.flatMap(readMessage);
  const prefill = readPrefill(messages, turns);
  const json = readFormat(body);
  const system = typeof body.system === 'string' ? body.system : textOf(objects(body.system, 'system'), 'system');
  return {
    turns: [...(system ? [{ role: 'system', text: system, attachments: 0 } as const] : []), ...turns],
    tools,
    toolChoice,
    parallelTools: choice.disable_parallel_tool_use !== true,
    reasoning,
    ...(json && { json }),
    ...(prefill && { prefill }),
    ...(maxTokens !== undefined && { maxTokens }),
    stop: strings(body.stop_sequences, 'stop_sequences'),
  };
}

function readThinking({ thinking }: JsonObject, maxTokens: number | undefined, toolChoice: Prompt['toolChoice']): boolean {
  if (!isObject(thinking) || thinking.type === 'disabled') return false;
  if (thinking.type === 'enabled') {
    const budget = limit(thinking.budget_tokens, 'thinking.enabled.budget_tokens') ?? 0;
    must(budget >= 1024, 'thinking.enabled.budget_tokens: Input should be greater than or equal to 1024');
    must(maxTokens === undefined || maxTokens > budget, '`max_tokens` must be greater than `thinking.budget_tokens`.');
  }
  must(toolChoice === 'auto' || toolChoice === 'none', 'Thinking may not be enabled when tool_choice forces tool use.');
  return true;
}

function checkSampling({ temperature, top_p: topP }: JsonObject, reasoning: boolean): void {
  must(temperature === undefined || typeof temperature === 'number', 'temperature: Input should be a valid number');
  must(temperature === undefined || (temperature >= 0 && temperature <= 1), 'temperature: range: 0..1');
  must(
    temperature === undefined || topP === undefined,
    '`temperature` and `top_p` cannot both be specified for this model. Please use only one.',
  );
  must(
    !reasoning || temperature === undefined || temperature === 1,
    '`temperature` may only be set to 1 when thinking is enabled.',
  );
}

function readMessage({ role, content }: JsonObject, index: number): Turn[] {
  must(
    role === 'user' || role === 'assistant' || role === 'system',
    `messages.${index}.role: Input should be 'user' or 'assistant'`,
  );
  if (typeof content === 'string') {
    must(content !== '', `messages.${index}: all messages must have non-empty content`);
    return [{ role, text: content, attachments: 0 }];
  }
  must(Array.isArray(content), `messages.${index}.content: Field required`);
  const path = `messages.${index}.content`;
  const blocks = objects(content, path);
  for (const [at, block] of blocks.entries()) {
    const signed = block.type !== 'thinking' || block.signature === signThinking(String(block.thinking));
    must(signed, `${path}.${at}: Invalid \`signature\` in \`thinking\` block`);
  }
  const results = blocks.filter((block) => block.type === 'tool_result').map((block) => resultTurn(block, path));
  const text = textOf(blocks, path);
  const attachments = blocks.filter((block) => typeof block.type === 'string' && files.has(block.type)).length;
  const silent = text === '' && attachments === 0 && results.length > 0;
  return silent ? results : [...results, { role, text, attachments }];
}

const files = new Set(['image', 'document', 'search_result', 'container_upload']);

function resultTurn({ content }: JsonObject, path: string): Turn {
  return { role: 'tool', text: typeof content === 'string' ? content : textOf(objects(content, path), path), attachments: 0 };
}

function textOf(blocks: readonly JsonObject[], path: string): string {
  const texts = blocks.filter((block) => block.type === 'text').map((block) => block.text);
  for (const text of texts) must(typeof text === 'string' && text !== '', `${path}: text content blocks must be non-empty`);
  return texts.join('\n');
}

/** Tool results must be at the beginning of the message right after their calls, and every call needs one. */
function checkToolResults(messages: readonly JsonObject[]): void {
  let open = new Set<Json | undefined>();
  for (const [index, { content }] of messages.entries()) {
    const blocks = Array.isArray(content) ? content.filter(isObject) : [];
    for (const block of blocks.filter(({ type }) => type === 'tool_result')) {
      const id = block.tool_use_id;
      must(
        open.delete(id),
        `messages.${index}.content: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${id}. Each \`tool_result\` block must have a corresponding \`tool_use\` block in the previous message.`,
      );
    }
    checkAnswered(open, index - 1);
    open = new Set(blocks.filter(({ type }) => type === 'tool_use').map(({ id }) => id));
  }
  checkAnswered(open, messages.length - 1);
}

function checkAnswered(open: ReadonlySet<Json | undefined>, index: number): void {
  must(
    open.size === 0,
    `messages.${index}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${[...open].join(', ')}. Each \`tool_use\` block must have a corresponding \`tool_result\` block in the next message.`,
  );
}

function readPrefill(messages: readonly JsonObject[], turns: readonly Turn[]): string | undefined {
  if (messages.at(-1)?.role !== 'assistant') return undefined;
  const prefill = turns.at(-1)?.text ?? '';
  must(prefill === prefill.trimEnd(), 'messages: final assistant content cannot end with trailing whitespace');
  return prefill;
}

function readTool({ name, description, input_schema: schema, type }: JsonObject, index: number): Tool {
  must(
    typeof name === 'string' && /^[a-zA-Z0-9_-]{1,128}$/.test(name),
    `tools.${index}.custom.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'`,
  );
  const ours = type === undefined || type === null || type === 'custom';
  must(!ours || isObject(schema), `tools.${index}.custom.input_schema: Field required`);
  must(!isObject(schema) || schema.type === 'object', `tools.${index}.custom.input_schema.type: Input should be 'object'`);
  return { name, description: typeof description === 'string' ? description : '', schema: isObject(schema) ? schema : {} };
}

function readToolChoice({ type = 'auto', name }: JsonObject, tools: readonly Tool[]): Prompt['toolChoice'] {
  must(
    type === 'auto' || type === 'none' || type === 'any' || type === 'tool',
    `tool_choice: Input tag '${type}' found using 'type' does not match any of the expected tags: 'auto', 'any', 'tool', 'none'`,
  );
  must(tools.length > 0 || type === 'auto' || type === 'none', 'tool_choice: may only be specified while providing `tools`.');
  if (type !== 'tool') return type;
  must(
    typeof name === 'string' && tools.some((tool) => tool.name === name),
    `tool_choice: Tool '${name}' not found in provided tools`,
  );
  return { name };
}

function readFormat(body: JsonObject): JsonObject | undefined {
  const format = isObject(body.output_config) ? body.output_config.format : body.output_format;
  if (!isObject(format)) return undefined;
  must(format.type === 'json_schema' && isObject(format.schema), 'output_config.format.schema: Field required');
  return format.schema;
}
