import { isObject, type Json, type JsonObject } from '../stream/json.ts';
import type { Prompt, Tool, Turn } from './prompt.ts';
import { limit, must, objects, strings } from './refusal.ts';
import { signThinking } from './signature.ts';

/** Reads the body of a Converse request. Rejects what Bedrock rejects, as far as an adapter can make the mistake. */
export function readConverseRequest(body: JsonObject, model: string): Prompt {
  const messages = objects(body.messages, 'messages');
  const inference = isObject(body.inferenceConfig) ? body.inferenceConfig : {};
  checkSampling(inference, model);
  checkAbilities(body, messages, model);
  checkOrder(messages);
  const tools = readTools(body, messages);
  checkToolResults(messages);
  const turns = messages.flatMap((message, index) => readMessage(message, index));
  const prefill = messages.at(-1)?.role === 'assistant' ? turns.at(-1)?.text : undefined;
  const maxTokens = limit(inference.maxTokens, 'inferenceConfig.maxTokens');
  const json = readFormat(body);
  const system = objects(body.system, 'system').flatMap((block) => (typeof block.text === 'string' ? [block.text] : []));
  return {
    turns: [...system.map((text): Turn => ({ role: 'system', text, attachments: 0 })), ...turns],
    tools,
    toolChoice: readToolChoice(body, tools),
    parallelTools: true,
    reasoning: readReasoning(body.additionalModelRequestFields),
    ...(json && { json }),
    ...(prefill && { prefill }),
    ...(maxTokens !== undefined && { maxTokens }),
    stop: strings(inference.stopSequences, 'inferenceConfig.stopSequences'),
  };
}

/** Bedrock's message for a value that violates the API model. */
const constraint = (value: unknown, path: string, rule: string) =>
  `1 validation error detected: Value '${value}' at '${path}' failed to satisfy constraint: Member must ${rule}`;

function checkSampling(inference: JsonObject, model: string): void {
  for (const name of ['temperature', 'topP']) {
    const value = inference[name];
    const path = `inferenceConfig.${name}`;
    must(
      value === undefined || (typeof value === 'number' && value >= 0 && value <= 1),
      constraint(value, path, 'have value less than or equal to 1'),
    );
  }
  const both = inference.temperature !== undefined && inference.topP !== undefined;
  must(
    !(both && model.includes('claude')),
    'The model returned the following errors: `temperature` and `top_p` cannot both be specified for this model. Please use only one.',
  );
}

/** Models without tools, images and response formats, and models without thinking. */
const textAlone = /anthropic\.claude-(v\d|instant)|amazon\.titan|meta\.llama[23]-\d+b/;
const thoughtless = /amazon\.|meta\.|mistral\.|cohere\.|ai21\./;

function checkAbilities(
  { toolConfig, outputConfig, additionalModelRequestFields: more }: JsonObject,
  messages: JsonObject[],
  model: string,
) {
  const has = (kind: string) =>
    messages.some(({ content }) => objects(content, 'messages').some((block) => block[kind] !== undefined));
  const plain = textAlone.test(model);
  must(!plain || toolConfig === undefined, "This model doesn't support tool use.");
  must(!plain || !has('image'), "This model doesn't support the image content block that you provided.");
  must(!plain || outputConfig === undefined, "This model doesn't support the outputConfig field.");
  must(
    !(plain || thoughtless.test(model)) || !isObject(more) || more.thinking === undefined,
    'The model returned the following errors: Malformed input request: #: extraneous key [thinking] is not permitted, please reformat your input and try again.',
  );
}

function checkOrder(messages: readonly JsonObject[]): void {
  must(
    messages.length > 0,
    'A conversation must start with a user message. Try again with a conversation that starts with a user message.',
  );
  for (const [index, { role }] of messages.entries()) {
    must(
      role === 'user' || role === 'assistant',
      constraint(role, `messages.${index + 1}.member.role`, 'satisfy enum value set: [user, assistant]'),
    );
    must(
      index > 0 || role === 'user',
      'A conversation must start with a user message. Try again with a conversation that starts with a user message.',
    );
    must(
      messages[index - 1]?.role !== role,
      'A conversation must alternate between user and assistant roles. Make sure the conversation alternates between user and assistant roles and try again.',
    );
  }
}

function contentOf({ content }: JsonObject, path: string): JsonObject[] {
  const blocks = objects(content, path);
  must(
    blocks.length > 0,
    `The content field in the Message object at ${path} is empty. Add a ContentBlock object to the content field and try again.`,
  );
  return blocks;
}

function readMessage(message: JsonObject, index: number): Turn[] {
  const path = `messages.${index}`;
  const results: Turn[] = [];
  const texts: string[] = [];
  let attachments = 0;
  for (const [at, block] of contentOf(message, path).entries()) {
    const where = `${path}.content.${at}`;
    const [kind = ''] = Object.keys(block);
    must(Object.keys(block).length === 1, `The content block at ${where} must have exactly one member.`);
    if (kind === 'text') texts.push(readText(block.text, where));
    else if (kind === 'toolResult') results.push({ role: 'tool', text: readResult(block.toolResult, where), attachments: 0 });
    else if (kind === 'reasoningContent') checkReasoning(block.reasoningContent, where);
    else if (kind === 'toolUse') checkToolUse(block.toolUse, where);
    else if (files.has(kind)) attachments++;
  }
  const silent = texts.length === 0 && attachments === 0 && results.length > 0;
  return silent
    ? results
    : [...results, { role: message.role === 'user' ? 'user' : 'assistant', text: texts.join('\n'), attachments }];
}

const files = new Set(['image', 'document', 'video', 'audio', 'searchResult']);

function readText(text: Json | undefined, where: string): string {
  const blank = `The text field in the ContentBlock object at ${where} is blank. Add text to the text field, and try again.`;
  must(typeof text === 'string' && text.trim() !== '', blank);
  return text;
}

function readResult(result: Json | undefined, where: string): string {
  const blocks = objects(isObject(result) ? result.content : undefined, `${where}.toolResult.content`);
  return blocks.map((block) => (typeof block.text === 'string' ? block.text : JSON.stringify(block.json ?? null))).join('\n');
}

function checkToolUse(use: Json | undefined, where: string): void {
  must(
    isObject(use) && isObject(use.input),
    `The format of the value at ${where}.toolUse.input is invalid. Provide a json object for the field and try again.`,
  );
}

function checkReasoning(reasoning: Json | undefined, where: string): void {
  const thinking = isObject(reasoning) && isObject(reasoning.reasoningText) ? reasoning.reasoningText : undefined;
  must(
    !thinking || thinking.signature === signThinking(String(thinking.text)),
    `The model returned the following errors: ${where}: Invalid \`signature\` in \`thinking\` block`,
  );
}

/** The message right after the calls must answer each call and nothing else. */
function checkToolResults(messages: readonly JsonObject[]): void {
  let open: Json[] = [];
  for (const [index, message] of messages.entries()) {
    const blocks = contentOf(message, `messages.${index}`);
    const answered = blocks.flatMap(({ toolResult }) => (isObject(toolResult) ? [toolResult.toolUseId ?? null] : []));
    const missing = open.filter((id) => !answered.includes(id));
    must(
      missing.length === 0,
      `Expected toolResult blocks at messages.${index}.content for the following Ids: ${missing.join(', ')}`,
    );
    must(
      answered.length <= open.length,
      `The number of toolResult blocks at messages.${index}.content exceeds the number of toolUse blocks of previous turn.`,
    );
    open = blocks.flatMap(({ toolUse }) => (isObject(toolUse) ? [toolUse.toolUseId ?? null] : []));
  }
}

function readTools({ toolConfig }: JsonObject, messages: readonly JsonObject[]): Tool[] {
  const used = messages.some(({ content }) => objects(content, 'messages').some((block) => block.toolUse || block.toolResult));
  must(isObject(toolConfig) || !used, 'The toolConfig field must be defined when using toolUse and toolResult content blocks.');
  if (!isObject(toolConfig)) return [];
  const tools = objects(toolConfig.tools, 'toolConfig.tools');
  must(tools.length > 0, constraint('[]', 'toolConfig.tools', 'have length greater than or equal to 1'));
  return tools.flatMap(({ toolSpec }, index) =>
    isObject(toolSpec) ? [readTool(toolSpec, `toolConfig.tools.${index + 1}.member.toolSpec`)] : [],
  );
}

function readTool({ name, description, inputSchema }: JsonObject, path: string): Tool {
  must(
    typeof name === 'string' && /^[a-zA-Z0-9_-]{1,64}$/.test(name),
    constraint(name, `${path}.name`, 'satisfy regular expression pattern: [a-zA-Z0-9_-]+'),
  );
  must(description !== '', constraint('', `${path}.description`, 'have length greater than or equal to 1'));
  const schema = isObject(inputSchema) ? inputSchema.json : undefined;
  must(
    isObject(schema) && schema.type === 'object',
    `The value at ${path}.inputSchema.json.type must be one of the following: object.`,
  );
  return { name, description: typeof description === 'string' ? description : '', schema };
}

function readToolChoice({ toolConfig }: JsonObject, tools: readonly Tool[]): Prompt['toolChoice'] {
  const choice: JsonObject = isObject(toolConfig) && isObject(toolConfig.toolChoice) ? toolConfig.toolChoice : {};
  if (isObject(choice.any)) return 'any';
  if (!isObject(choice.tool)) return 'auto';
  const { name } = choice.tool;
  must(
    typeof name === 'string' && tools.some((tool) => tool.name === name),
    `The tool '${name}' at toolConfig.toolChoice.tool.name is not in the list of tools.`,
  );
  return { name };
}

/** Every model family has its own field for it. */
function readReasoning(fields: Json | undefined): boolean {
  if (!isObject(fields)) return false;
  const configs = [fields.thinking, fields.reasoning_config, fields.reasoningConfig];
  return typeof fields.reasoning_effort === 'string' || configs.some((config) => isObject(config) && config.type !== 'disabled');
}

/** The schema is a JSON string. */
function readFormat({ outputConfig }: JsonObject): JsonObject | undefined {
  const format = isObject(outputConfig) ? outputConfig.textFormat : undefined;
  if (!isObject(format)) return undefined;
  const structure = isObject(format.structure) && isObject(format.structure.jsonSchema) ? format.structure.jsonSchema : {};
  try {
    const schema = JSON.parse(String(structure.schema)) as Json;
    return isObject(schema) ? schema : {};
  } catch {
    must(false, 'The value at outputConfig.textFormat.structure.jsonSchema.schema is not valid JSON.');
  }
}
