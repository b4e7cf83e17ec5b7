import { isObject, type Json, type JsonObject } from '../../stream/json.ts';
import { must, Refusal } from '../refusal.ts';
import { checkMessages } from './anthropic-messages.ts';
import { checkConverseBlock, checkDocumentNames, checkDocuments } from './bedrock-blocks.ts';
import { type ConverseModel, converseModel } from './bedrock-models.ts';
import { claudeModel } from './claude-models.ts';
import { outputSchemaFault } from './function-schema.ts';
import { has, objectOf, objectsOf, walk } from './words.ts';

/** The error messages of the model behind Bedrock. */
const modelError = (message: string) => `The model returned the following errors: ${message}`;

/** Rejects what Bedrock's Converse and ConverseStream reject in a request for one of its real models. */
export function checkConverse(name: string, body: JsonObject, stream: boolean): void {
  const model = converseModel(name);
  for (const [index, { content }] of objectsOf(body.messages).entries()) {
    for (const [at, block] of objectsOf(content).entries()) checkConverseBlock(block, `messages.${index}.content.${at}`, model);
    checkDocuments(objectsOf(content), `messages.${index}`);
  }
  checkDocumentNames(body.messages);
  if (!model) return;
  checkTools(model, body, stream);
  checkTurns(model, objectsOf(body.messages));
  checkInference(model, objectOf(body.inferenceConfig));
  must(
    model.system || objectsOf(body.system).length === 0,
    "This model doesn't support system messages. Try again without a system message or use a model that supports system messages.",
  );
  if (!model.caches && [...walk(body)].some(([, object]) => isObject(object.cachePoint))) {
    const message =
      'You invoked an unsupported model or your request did not allow prompt caching. See the documentation for more information.';
    throw new Refusal(403, message, { code: 'AccessDeniedException' });
  }
  const more = objectOf(body.additionalModelRequestFields);
  for (const member of Object.keys(more)) {
    const known = model.more ?? [member];
    must(
      known.includes(member),
      modelError(
        `Malformed input request: #: extraneous key [${member}] is not permitted, please reformat your input and try again.`,
      ),
    );
  }
  if (claudeModel(name)) checkClaude(name, body, more);
}

function checkTools(model: ConverseModel, { toolConfig }: JsonObject, stream: boolean): void {
  if (!isObject(toolConfig)) return;
  must(model.tools !== 'none', "This model doesn't support tool use.");
  must(model.tools === 'streamed' || !stream, "This model doesn't support tool use in streaming mode.");
  for (const choice of ['any', 'tool'] as const) {
    const field = `toolConfig.toolChoice.${choice}`;
    must(
      model.choices.includes(choice) || !has(objectOf(toolConfig.toolChoice), choice),
      `This model doesn't support the ${field} field. Remove ${field} and try again.`,
    );
  }
  for (const [index, { toolSpec, cachePoint }] of objectsOf(toolConfig.tools).entries()) {
    const schema = objectOf(objectOf(objectOf(toolSpec).inputSchema).json);
    const extra = Object.keys(schema).find((keyword) => !(model.schemaKeywords ?? [keyword]).includes(keyword));
    const where = extra ? `/${index}/toolSpec/inputSchema/json` : `/${index}`;
    const key = extra ?? (model.schemaKeywords && isObject(cachePoint) ? 'cachePoint' : undefined);
    must(
      key === undefined,
      modelError(
        `Malformed input request: #/toolConfig/tools${where}: extraneous key [${key}] is not permitted, please reformat your input and try again.`,
      ),
    );
  }
}

function checkTurns(model: ConverseModel, messages: readonly JsonObject[]): void {
  must(
    model.prefill || messages.at(-1)?.role !== 'assistant',
    'A conversation must end with a user message. Try again with a conversation that ends with a user message.',
  );
  if (model.mixedTurns) return;
  for (const [index, { content }] of messages.entries()) {
    const blocks = objectsOf(content);
    const holds = (kind: string) => blocks.some((block) => has(block, kind));
    const talks = ['text', 'image', 'document', 'video'].some(holds);
    must(
      !talks || !holds('toolResult'),
      `messages.${index}.content: Conversation blocks and tool result blocks cannot be provided in the same turn.`,
    );
    must(
      !talks || !holds('toolUse'),
      `messages.${index}.content: Conversation blocks and tool use blocks cannot be provided in the same turn.`,
    );
  }
}

function checkInference(model: ConverseModel, { maxTokens, stopSequences }: JsonObject): void {
  must(
    typeof maxTokens !== 'number' || maxTokens <= model.maxTokens,
    `The maximum tokens you requested exceeds the model limit of ${model.maxTokens}. Try again with a maximum tokens value that is lower than ${model.maxTokens}.`,
  );
  const stops = Array.isArray(stopSequences) ? stopSequences.length : 0;
  must(stops === 0 || model.stops > 0, "This model doesn't support the stopSequences field. Remove stopSequences and try again.");
  must(
    stops <= model.stops,
    `The number of stop sequences you provided exceeds the model limit of ${model.stops}. Reduce the number of stop sequences and try again.`,
  );
}

/** Claude checks the rest itself. Bedrock builds its request from the Converse fields and passes its errors on. */
function checkClaude(name: string, body: JsonObject, more: JsonObject): void {
  const { maxTokens, temperature, topP, stopSequences } = objectOf(body.inferenceConfig);
  const request = {
    ...more,
    ...(maxTokens !== undefined && { max_tokens: maxTokens }),
    ...(temperature !== undefined && { temperature }),
    ...(topP !== undefined && { top_p: topP }),
    ...(stopSequences !== undefined && { stop_sequences: stopSequences }),
    system: objectsOf(body.system)
      .filter((block) => has(block, 'text'))
      .map(({ text }) => ({ type: 'text', text: text ?? '' })),
    messages: objectsOf(body.messages).map(({ role, content }) => ({
      role: role ?? '',
      content: objectsOf(content)
        .filter((block) => !has(block, 'cachePoint'))
        .map(claudeBlock),
    })),
    tools: objectsOf(objectOf(body.toolConfig).tools)
      .filter((tool) => has(tool, 'toolSpec'))
      .map(({ toolSpec }) => ({
        name: objectOf(toolSpec).name ?? '',
        input_schema: objectOf(objectOf(objectOf(toolSpec).inputSchema).json),
      })),
  };
  try {
    checkMessages(name, request);
  } catch (thrown) {
    throw thrown instanceof Refusal ? new Refusal(thrown.status, modelError(thrown.message)) : thrown;
  }
  const fault = formatFault(body.outputConfig);
  must(!fault, modelError(`output_config.format.schema: ${fault}`));
}

/** What Claude checks in a block. Bedrock checks images and documents. */
function claudeBlock(block: JsonObject): JsonObject {
  const { toolUse, toolResult, reasoningContent, text } = block;
  if (isObject(toolUse)) {
    const { toolUseId: id = '', name = '', input = {} } = toolUse;
    return { type: 'tool_use', id, name, input };
  }
  if (isObject(toolResult)) return { type: 'tool_result', tool_use_id: toolResult.toolUseId ?? '' };
  if (isObject(reasoningContent)) return { type: 'thinking' };
  return typeof text === 'string' ? { type: 'text', text } : { type: 'file' };
}

function formatFault(outputConfig: Json | undefined): string | undefined {
  const { textFormat } = objectOf(outputConfig);
  const { schema } = objectOf(objectOf(objectOf(textFormat).structure).jsonSchema);
  if (typeof schema !== 'string') return undefined;
  try {
    return outputSchemaFault(objectOf(JSON.parse(schema) as Json));
  } catch {
    return 'not valid JSON';
  }
}
