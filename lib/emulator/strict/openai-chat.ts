import type { JsonObject } from '../../stream/json.ts';
import { must, Refusal } from '../refusal.ts';
import { type GptModel, gptModel } from './gpt-models.ts';
import {
  checkEffort,
  checkFormat,
  checkFunction,
  checkHints,
  checkToolCount,
  checkToolName,
  reasons,
  unsupported,
} from './openai-limits.ts';
import { has, mostCharacters, objectOf, objectsOf } from './words.ts';

/** Every documented member of an OpenAI chat request. OpenAI rejects any other. */
const members = new Set(
  `messages model audio frequency_penalty function_call functions logit_bias logprobs max_completion_tokens max_tokens
  metadata modalities moderation n parallel_tool_calls prediction presence_penalty prompt_cache_key prompt_cache_options
  prompt_cache_retention reasoning_effort response_format safety_identifier seed service_tier stop store stream
  stream_options temperature tool_choice tools top_logprobs top_p user verbosity web_search_options`.split(/\s+/),
);

/** Members of a message. The error for an unknown one has its path. */
const messageMembers = new Set('role content name tool_calls tool_call_id function_call refusal audio annotations'.split(' '));

/** Rejects what OpenAI's chat completions reject in a request for one of its real models. */
export function checkOpenaiChat(name: string, body: JsonObject): void {
  const model = gptModel(name);
  if (model?.responsesOnly) {
    throw new Refusal(404, 'This model is only supported in v1/responses and not in v1/chat/completions.', { param: 'model' });
  }
  for (const member of Object.keys(body)) must(members.has(member), `Unrecognized request argument supplied: ${member}`);
  checkHints(body);
  checkToolCount(body);
  checkTools(body);
  if (model) checkModel(model, body);
  for (const [index, message] of objectsOf(body.messages).entries()) checkMessage(message, `messages[${index}]`);
  checkJson(body);
}

function checkTools(body: JsonObject): void {
  for (const [index, tool] of objectsOf(body.tools).entries()) checkFunction(objectOf(tool.function), `tools[${index}].function`);
  must(
    has(body, 'tools') || !has(body, 'parallel_tool_calls'),
    "Invalid value for 'parallel_tool_calls': 'parallel_tool_calls' is only allowed when 'tools' are specified.",
    'parallel_tool_calls',
  );
}

/** Sampling parameters, each with the only value that a reasoning model accepts. */
const sampling = { top_p: 1, presence_penalty: 0, frequency_penalty: 0, logprobs: false, top_logprobs: null, logit_bias: null };

function checkModel(model: GptModel, body: JsonObject): void {
  if (model.efforts.length === 0 && has(body, 'reasoning_effort')) {
    throw new Refusal(400, 'Unrecognized request argument supplied: reasoning_effort');
  }
  checkEffort(model, body.reasoning_effort, 'reasoning_effort');
  if (model.efforts.length > 0 && has(body, 'max_tokens')) unsupported('max_tokens', " Use 'max_completion_tokens' instead.");
  if (reasons(model, body.reasoning_effort)) checkReasoning(model, body);
  if (!model.stops && has(body, 'stop')) unsupported('stop');
  if (model.serialTools && has(body, 'parallel_tool_calls')) unsupported('parallel_tool_calls');
  checkVerbosity(model, body.verbosity, 'verbosity');
  const requested = body.max_completion_tokens ?? body.max_tokens;
  must(
    typeof requested !== 'number' || requested <= model.maxTokens,
    `max_tokens is too large: ${requested}. This model supports at most ${model.maxTokens} completion tokens, whereas you provided ${requested}.`,
    'max_tokens',
  );
}

/** Shared with Responses, where the member is elsewhere. */
export function checkVerbosity(model: GptModel, verbosity: unknown, name: string): void {
  if (model.verbosity || typeof verbosity !== 'string' || verbosity === 'medium') return;
  const message = `Unsupported value: '${name}' does not support '${verbosity}' with this model. Supported values are: 'medium'.`;
  throw new Refusal(400, message, { param: name, code: 'unsupported_value' });
}

function checkReasoning(model: GptModel, body: JsonObject): void {
  const { temperature } = body;
  if (typeof temperature === 'number' && temperature !== 1) {
    const message = `Unsupported value: 'temperature' does not support ${temperature} with this model. Only the default (1) value is supported.`;
    throw new Refusal(400, message, { param: 'temperature', code: 'unsupported_value' });
  }
  for (const [name, usual] of Object.entries(sampling)) {
    if (has(body, name) && body[name] !== usual) unsupported(name);
  }
  if (!model.toolsWithoutReasoning || !has(body, 'tools')) return;
  const message = `Function tools with reasoning_effort are not supported for ${body.model} in /v1/chat/completions. To use function tools, use /v1/responses or set reasoning_effort to 'none'.`;
  throw new Refusal(400, message, { param: 'reasoning_effort' });
}

function checkMessage(message: JsonObject, path: string): void {
  for (const member of Object.keys(message)) {
    must(messageMembers.has(member), `Unknown parameter: '${path}.${member}'.`, `${path}.${member}`);
  }
  if (typeof message.name === 'string') checkSpeaker(message.name, `${path}.name`);
  for (const [index, call] of objectsOf(message.tool_calls).entries()) {
    mostCharacters(call.id, 40, `${path}.tool_calls[${index}].id`);
    checkToolName(objectOf(call.function).name, `${path}.tool_calls[${index}].function.name`);
  }
  mostCharacters(message.tool_call_id, 40, `${path}.tool_call_id`);
  for (const [index, part] of objectsOf(message.content).entries()) checkPart(message.role, part, `${path}.content[${index}]`);
}

function checkSpeaker(name: string, path: string): void {
  const message = `Invalid '${path}': string does not match pattern. Expected a string that matches the pattern '^[^\\s<|\\\\/>]+$'.`;
  must(/^[^\s<|\\/>]+$/.test(name), message, path);
  mostCharacters(name, 64, path);
}

/** The part types of each role. */
const partsOf: Readonly<Record<string, readonly string[]>> = {
  user: ['text', 'image_url', 'input_audio', 'file', 'refusal'],
  assistant: ['text', 'refusal'],
};

function checkPart(role: unknown, part: JsonObject, path: string): void {
  const known = partsOf[String(role)] ?? ['text'];
  const supported = known.map((kind) => `'${kind}'`).join(', ');
  must(known.includes(String(part.type)), `Invalid value: '${part.type}'. Supported values are: ${supported}.`, path);
  must(part.cache_control === undefined, `Unknown parameter: '${path}.cache_control'.`, `${path}.cache_control`);
  const data = objectOf(part.file).file_data;
  const type = typeof data === 'string' ? /^data:([^;,]+)/.exec(data)?.[1] : undefined;
  must(
    type === undefined || type === 'application/pdf',
    `Invalid file data: '${path}.file.file_data'. Expected a base64-encoded data URL with an application/pdf MIME type (e.g. 'data:application/pdf;base64,JVBERi0xLjQ...'), but got unsupported MIME type '${type}'.`,
    path,
  );
  const image = objectOf(part.image_url).url;
  const format = typeof image === 'string' ? /^data:image\/([^;,]+)/.exec(image)?.[1] : undefined;
  must(
    format === undefined || ['png', 'jpeg', 'jpg', 'gif', 'webp'].includes(format),
    "You uploaded an unsupported image. Please make sure your image has of one the following formats: ['png', 'jpeg', 'gif', 'webp'].",
    path,
  );
}

function checkJson({ response_format: format, messages }: JsonObject): void {
  const { type, json_schema: schema } = objectOf(format);
  if (type === 'json_schema') checkFormat(objectOf(schema), 'response_format');
  must(
    type !== 'json_object' || /json/i.test(JSON.stringify(messages ?? '')),
    "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.",
    'messages',
  );
}
