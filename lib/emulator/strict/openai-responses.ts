import { isObject, type JsonObject } from '../../stream/json.ts';
import { must, Refusal } from '../refusal.ts';
import { type GptModel, gptModel } from './gpt-models.ts';
import { checkVerbosity } from './openai-chat.ts';
import { checkEffort, checkFormat, checkFunction, checkHints, checkToolName, reasons, unsupported } from './openai-limits.ts';
import { has, mostCharacters, objectOf, objectsOf } from './words.ts';

/** Rejects what OpenAI's Responses API rejects in a request for one of its real models. */
export function checkOpenaiResponses(name: string, body: JsonObject): void {
  checkHints(body);
  for (const [index, tool] of objectsOf(body.tools).entries()) {
    // Only a client tool has a name. Top-level alternatives are accepted here (langchain-ai/langchain#39271).
    if (tool.type === 'function') checkFunction(withoutAlternatives(tool), `tools[${index}]`);
    if (tool.type === 'custom') checkToolName(tool.name, `tools[${index}].name`);
  }
  const model = gptModel(name);
  if (model) checkModel(model, body);
  for (const [index, item] of objectsOf(body.input).entries()) checkItem(item, `input[${index}]`);
  const format = objectOf(objectOf(body.text).format);
  if (format.type === 'json_schema') checkFormat(format, 'text.format');
}

function withoutAlternatives(tool: JsonObject): JsonObject {
  if (!isObject(tool.parameters) || tool.strict === true) return tool;
  const { anyOf, oneOf, allOf, ...parameters } = tool.parameters;
  const hasAny = anyOf !== undefined || oneOf !== undefined || allOf !== undefined;
  return hasAny ? { ...tool, parameters: { type: 'object', properties: {}, ...parameters } } : tool;
}

function checkModel(model: GptModel, body: JsonObject): void {
  const { effort, summary } = objectOf(body.reasoning);
  if (model.efforts.length === 0) {
    if (has(objectOf(body.reasoning), 'effort')) unsupported('reasoning.effort');
    if (typeof summary === 'string') unsupported('reasoning.summary');
    const encrypted = Array.isArray(body.include) && body.include.includes('reasoning.encrypted_content');
    if (encrypted) throw new Refusal(400, 'Encrypted content is not supported with this model.', { param: 'include' });
  }
  checkEffort(model, effort, 'reasoning.effort');
  if (reasons(model, effort)) {
    for (const name of ['temperature', 'top_p']) if (has(body, name) && body[name] !== 1) unsupported(name);
    if (has(body, 'top_logprobs')) unsupported('top_logprobs');
  }
  checkVerbosity(model, objectOf(body.text).verbosity, 'text.verbosity');
}

/** The id prefixes of items. */
const prefixes: Readonly<Record<string, string>> = {
  message: 'msg',
  function_call: 'fc',
  reasoning: 'rs',
  custom_tool_call: 'ctc',
};

function checkItem({ type = 'message', id, ...item }: JsonObject, path: string): void {
  const prefix = prefixes[String(type)];
  must(
    typeof id !== 'string' || prefix === undefined || id.startsWith(prefix),
    `Invalid '${path}.id': '${id}'. Expected an ID that begins with '${prefix}'.`,
    `${path}.id`,
  );
  mostCharacters(id, 64, `${path}.id`);
  mostCharacters(item.call_id, 64, `${path}.call_id`);
  if (type === 'function_call') checkToolName(item.name, `${path}.name`);
  if (type !== 'message') return;
  for (const member of ['reasoning_content', 'cache_control', 'name']) {
    must(item[member] === undefined, `Unknown parameter: '${path}.${member}'.`, `${path}.${member}`);
  }
  for (const [index, part] of objectsOf(item.content).entries()) {
    must(part.cache_control === undefined, `Unknown parameter: '${path}.content[${index}].cache_control'.`, path);
  }
}
