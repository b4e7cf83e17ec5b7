import { isObject, type Json, type JsonObject } from '../../stream/json.ts';
import { must } from '../refusal.ts';
import { geminiSchemaFault } from './function-schema.ts';
import { type GeminiModel, geminiModel } from './gemini-models.ts';
import { has, objectOf, objectsOf } from './words.ts';

/** Rejects what Gemini's generateContent rejects in a request for one of its real models. */
export function checkGemini(name: string, body: JsonObject): void {
  const config = objectOf(body.generationConfig);
  checkFunctions(body);
  const answer = config.responseSchema;
  const fault = isObject(answer) ? geminiSchemaFault(answer, 'generation_config.response_schema') : undefined;
  must(!fault, fault ?? '');
  checkTurns(objectsOf(body.contents));
  for (const content of objectsOf(body.contents)) for (const part of objectsOf(content.parts)) checkPart(part);
  const stops = Array.isArray(config.stopSequences) ? config.stopSequences : [];
  must(!stops.includes(''), '* GenerateContentRequest.generation_config.stop_sequences: stop sequences must not be empty.\n');
  const model = geminiModel(name);
  if (model) checkModel(model, name, body, config);
}

function checkFunctions({ tools }: JsonObject): void {
  const groups = objectsOf(tools);
  for (const [group, { functionDeclarations }] of groups.entries()) {
    for (const [index, { parameters, parametersJsonSchema }] of objectsOf(functionDeclarations).entries()) {
      const path = `tools[${group}].function_declarations[${index}].parameters`;
      must(
        parameters === undefined || parametersJsonSchema === undefined,
        `* GenerateContentRequest.${path}: only one of parameters and parameters_json_schema may be set.\n`,
      );
      const fault = isObject(parameters) ? geminiSchemaFault(parameters, path) : undefined;
      must(!fault, fault ?? '');
    }
  }
  const hosted = groups.some((group) => Object.keys(group).some((kind) => kind !== 'functionDeclarations'));
  const own = groups.some(({ functionDeclarations }) => objectsOf(functionDeclarations).length > 0);
  must(!hosted || !own, 'Tool use with function calling is unsupported');
}

/** A call must follow a user turn or tool results. */
function checkTurns(contents: readonly JsonObject[]): void {
  for (const [index, { role, parts }] of contents.entries()) {
    if (role !== 'model' || !objectsOf(parts).some((part) => has(part, 'functionCall'))) continue;
    must(
      contents[index - 1]?.role === 'user',
      'Please ensure that function call turn comes immediately after a user turn or after a function response turn.',
    );
  }
}

/** File types that Gemini reads (see its guides to images, audio, video and documents). */
const mediaTypes = /^(image\/(png|jpeg|webp|heic|heif)|audio\/|video\/|application\/(pdf|json)|text\/)/;

function checkPart(part: JsonObject): void {
  const { mimeType } = objectOf(part.inlineData);
  must(mimeType === undefined || mediaTypes.test(String(mimeType)), `Unsupported MIME type: ${mimeType}`);
}

function checkModel(model: GeminiModel, name: string, body: JsonObject, config: JsonObject): void {
  checkThinking(model, objectOf(config.thinkingConfig));
  const json = config.responseMimeType === 'application/json';
  const tools = objectsOf(body.tools).length > 0;
  must(!json || !tools || model.jsonWithTools, "Function calling with a response mime type: 'application/json' is unsupported");
  if (model.makesImages) {
    must(!tools, `Function calling is not enabled for models/${name}`);
    must(!json, `JSON mode is not enabled for models/${name}`);
  }
  const penalised = has(config, 'presencePenalty') || has(config, 'frequencyPenalty');
  must(model.penalties || !penalised, `Penalty is not enabled for models/${name}`);
  const { maxOutputTokens: requested } = config;
  must(
    typeof requested !== 'number' || requested <= model.maxTokens,
    `Unable to submit request because it has a maxOutputTokens value of ${requested} but the supported range is from 1 (inclusive) to ${model.maxTokens + 1} (exclusive). Update the value and try again.`,
  );
}

function checkThinking({ budgets, levels, canStop }: GeminiModel, config: JsonObject): void {
  const { thinkingBudget: budget, thinkingLevel: level } = config;
  must(!thinks(config) || budgets || levels.length > 0, 'Thinking is not enabled for this model.');
  must(level === undefined || levels.length > 0, 'Thinking level is not supported for this model.');
  must(
    level === undefined || levels.includes(String(level).toLowerCase()),
    `Thinking level ${String(level).toUpperCase()} is not supported for this model. Please retry with other thinking level.`,
  );
  if (typeof budget !== 'number' || !budgets || budget === -1) return;
  must(budget !== 0 || canStop, 'Budget 0 is invalid. This model only works in thinking mode.');
  const [least, most] = budgets;
  must(
    budget === 0 || (budget >= least && budget <= most),
    `The thinking budget ${budget} is invalid. Please choose a value between ${least} and ${most}.`,
  );
}

function thinks(config: JsonObject): boolean {
  const requested: Json[] = [config.thinkingBudget ?? 0, config.includeThoughts ?? false];
  return requested.some((value) => value !== 0 && value !== false);
}
