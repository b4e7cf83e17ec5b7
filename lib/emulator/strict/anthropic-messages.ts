import { isObject, type Json, type JsonObject } from '../../stream/json.ts';
import { must } from '../refusal.ts';
import { checkBlock } from './anthropic-blocks.ts';
import { type ClaudeModel, claudeModel } from './claude-models.ts';
import { outputSchemaFault } from './function-schema.ts';
import { has, objectOf, objectsOf, walk } from './words.ts';

/**
 * Rejects what Anthropic's Messages API rejects in a request for one of its real models, wherever that model is
 * hosted.
 */
export function checkMessages(name: string, body: JsonObject): void {
  const model = claudeModel(name);
  if (model) checkModel(model, name, body);
  checkTools(body);
  checkUserId(objectOf(body.metadata).user_id);
  for (const stop of Array.isArray(body.stop_sequences) ? body.stop_sequences : []) {
    must(String(stop).trim() !== '', 'stop_sequences: each stop sequence must contain non-whitespace');
  }
  checkSystem(body.system);
  const messages = objectsOf(body.messages);
  must(messages[0]?.role !== 'assistant', 'messages: first message must use the "user" role');
  for (const [index, { content }] of messages.entries()) {
    for (const [at, block] of objectsOf(content).entries()) checkBlock(block, `messages.${index}.content.${at}`);
  }
  checkResultsFirst(messages);
  const marks = [...walk(body)].filter(([, object]) => isObject(object.cache_control)).length;
  must(marks <= 4, `A maximum of 4 blocks with cache_control may be provided. Found ${marks}.`);
}

function checkModel(model: ClaudeModel, name: string, body: JsonObject): void {
  const { max_tokens: requested } = body;
  must(
    typeof requested !== 'number' || requested <= model.maxTokens,
    `max_tokens: ${requested} > ${model.maxTokens}, which is the maximum allowed number of output tokens for ${name}`,
  );
  checkThinking(model, body);
  checkSampling(model, body);
  const { effort, format } = objectOf(body.output_config);
  must(effort === undefined || model.efforts.length > 0, 'This model does not support the effort parameter.');
  must(
    effort === undefined || model.efforts.includes(String(effort)),
    `output_config.effort: Input should be ${model.efforts.map((word) => `'${word}'`).join(', ')}`,
  );
  must(!isObject(format) || model.formats, `'${name}' does not support output format.`);
  const fault = isObject(format) ? outputSchemaFault(objectOf(format.schema)) : undefined;
  must(!fault, `output_config.format.schema: ${fault}`);
  must(
    model.prefill || objectsOf(body.messages).at(-1)?.role !== 'assistant',
    'This model does not support assistant message prefill. The conversation must end with a user message.',
  );
}

function checkThinking(model: ClaudeModel, body: JsonObject): void {
  const { type } = objectOf(body.thinking);
  must(
    type !== 'enabled' || model.thinking !== 'adaptive',
    '"thinking.type.enabled" is not supported for this model. Use "thinking.type.adaptive" and "output_config.effort" to control thinking behavior.',
  );
  must(
    type !== 'enabled' || model.thinking !== 'none',
    'thinking: this model does not support extended thinking. Remove `thinking` and try again.',
  );
  must(
    type !== 'adaptive' || model.thinking === 'adaptive' || model.thinking === 'either',
    'adaptive thinking is not supported on this model',
  );
  must(type !== 'disabled' || !model.alwaysThinks, '"thinking.type.disabled" is not supported for this model.');
  if (type === 'enabled') checkLoop(objectsOf(body.messages));
}

/** With a budget, the turn before the tool results must start with the thinking that led to its calls. */
function checkLoop(messages: readonly JsonObject[]): void {
  const requested = messages.findLastIndex(({ role, content }) => role === 'user' && !isResults(content));
  const index = messages.findIndex(({ role }, at) => at > requested && role === 'assistant');
  const first = objectsOf(messages[index]?.content)[0];
  const type = index >= 0 && first === undefined ? 'text' : first?.type;
  must(
    type === undefined || type === 'thinking' || type === 'redacted_thinking',
    `messages.${index}.content.0.type: Expected \`thinking\` or \`redacted_thinking\`, but found \`${type}\`. When \`thinking\` is enabled, a final \`assistant\` message must start with a thinking block (preceeding the lastmost set of \`tool_use\` and \`tool_result\` blocks). We recommend you include thinking blocks from previous turns. To avoid this requirement, disable \`thinking\`.`,
  );
}

function isResults(content: Json | undefined): boolean {
  return objectsOf(content).some(({ type }) => type === 'tool_result');
}

function checkSampling(model: ClaudeModel, body: JsonObject): void {
  for (const name of ['temperature', 'top_p', 'top_k']) {
    must(model.sampling !== 'none' || !has(body, name), `\`${name}\` is deprecated for this model.`);
  }
  must(
    model.sampling !== 'one' || !has(body, 'temperature') || !has(body, 'top_p'),
    '`temperature` and `top_p` cannot both be specified for this model. Please use only one.',
  );
  const { type } = objectOf(body.thinking);
  if (type !== 'enabled' && type !== 'adaptive') return;
  must(!has(body, 'top_k'), '`top_k` must be unset when thinking is enabled.');
  const { top_p: topP, temperature } = body;
  must(
    typeof topP !== 'number' || topP >= 0.95,
    '`top_p` must be greater than or equal to 0.95 or unset when thinking is enabled or in adaptive mode.',
  );
  must(
    typeof temperature !== 'number' || temperature === 1,
    '`temperature` may only be set to 1 when thinking is enabled or in adaptive mode.',
  );
}

function checkTools({ tools }: JsonObject): void {
  const names = objectsOf(tools).map(({ name }) => name);
  must(new Set(names).size === names.length, 'tools: Tool names must be unique.');
  for (const [index, tool] of objectsOf(tools).entries()) {
    const schema = objectOf(tool.input_schema);
    const path = `tools.${index}.custom.input_schema`;
    const isMixed = ['oneOf', 'allOf', 'anyOf'].some((name) => schema[name] !== undefined);
    must(!isMixed, `${path}: input_schema does not support oneOf, allOf, or anyOf at the top level`);
    const keys = Object.keys(objectOf(schema.properties));
    must(
      keys.every((key) => /^[a-zA-Z0-9_.-]{1,64}$/.test(key)),
      `${path}.properties: Property keys should match pattern '^[a-zA-Z0-9_.-]{1,64}$'`,
    );
    // Draft 4 had a boolean here (MCP servers still send it).
    const isOld = [...walk(schema)].some(([, inner]) => typeof inner.exclusiveMinimum === 'boolean');
    must(
      !isOld,
      `${path}: JSON schema is invalid. It must match JSON Schema draft 2020-12 (https://json-schema.org/draft/2020-12).`,
    );
  }
}

/** Anthropic wants no personal data here, and looks for it (BerriAI/litellm keeps both texts). */
function checkUserId(id: Json | undefined): void {
  if (typeof id !== 'string') return;
  must(id.length <= 256, 'metadata.user_id: String should have at most 256 characters');
  must(!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(id), 'metadata.user_id: user_id appears to contain an email address');
  must(!/^\+?[\d\s().-]{7,}$/.test(id), 'metadata.user_id: user_id appears to contain a phone number');
}

function checkSystem(system: Json | undefined): void {
  for (const [index, { type, text }] of objectsOf(system).entries()) {
    must(type === 'text', `system.${index}.type: Input should be 'text'`);
    must(String(text) !== '', 'system: text content blocks must be non-empty');
    must(String(text).trim() !== '', 'system: text content blocks must contain non-whitespace text');
  }
}

/** The tool results come first in the turn after the calls, exactly once each. */
function checkResultsFirst(messages: readonly JsonObject[]): void {
  for (const [index, { content }] of messages.entries()) {
    const kinds = objectsOf(content).map(({ type }) => type);
    const called = objectsOf(messages[index - 1]?.content).filter(({ type }) => type === 'tool_use');
    const other = kinds.findIndex((kind) => kind !== 'tool_result');
    const ids = called.map(({ id }) => id).join(', ');
    must(
      called.length === 0 || other < 0 || kinds.lastIndexOf('tool_result') < other,
      `messages.${index - 1}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${ids}. Each \`tool_use\` block must have a corresponding \`tool_result\` block in the next message.`,
    );
  }
  const made = messages.flatMap(({ content }) => objectsOf(content)).filter(({ type }) => type === 'tool_use');
  must(new Set(made.map(({ id }) => id)).size === made.length, 'messages: `tool_use` ids must be unique');
}
