import { isObject, type Json, type JsonObject } from '../stream/json.ts';
import type { Prompt, Tool, Turn } from './prompt.ts';
import { limit, must, objects, strings } from './refusal.ts';
import { signCall } from './signature.ts';

const fields = words(
  'contents systemInstruction tools toolConfig safetySettings generationConfig cachedContent serviceTier store',
);

const settings = words(`maxOutputTokens temperature topP topK stopSequences seed candidateCount presencePenalty frequencyPenalty
  responseMimeType responseSchema responseJsonSchema responseModalities thinkingConfig responseLogprobs logprobs speechConfig
  mediaResolution imageConfig enableEnhancedCivicAnswers`);

/**
 * Reads the body of a generateContent request. Rejects what Gemini rejects, as far as an adapter can make the
 * mistake.
 */
export function readGenerateRequest(body: JsonObject, model = ''): Prompt {
  checkNames(body, fields, '');
  const config = isObject(body.generationConfig) ? body.generationConfig : {};
  checkNames(config, settings, " at 'generation_config'");
  const contents = objects(body.contents, 'contents');
  must(contents.length > 0, '* GenerateContentRequest.contents: contents is not specified\n');
  checkCalls(contents, !withoutSignatures.test(model));
  const system = isObject(body.systemInstruction)
    ? readContent({ ...body.systemInstruction, role: 'user' }, 'system_instruction')
    : [];
  const tools = objects(body.tools, 'tools').flatMap(({ functionDeclarations }) =>
    objects(functionDeclarations, 'tools.function_declarations').map(readTool),
  );
  const stop = strings(config.stopSequences, 'generation_config.stop_sequences');
  must(stop.length <= 5, 'The number of stop sequences must not be more than 5.');
  const maxTokens = limit(config.maxOutputTokens, 'generation_config.max_output_tokens');
  const schema = config.responseJsonSchema ?? config.responseSchema;
  return {
    turns: [
      ...system.map((turn): Turn => ({ ...turn, role: 'system' })),
      ...contents.flatMap((content, index) => readContent(content, `contents[${index}]`)),
    ],
    tools,
    toolChoice: readMode(body.toolConfig, tools),
    parallelTools: true,
    reasoning: readThinking(config),
    ...(config.responseMimeType === 'application/json' && { json: isObject(schema) ? schema : {} }),
    ...(maxTokens !== undefined && { maxTokens }),
    stop,
  };
}

function checkNames(object: JsonObject, known: ReadonlySet<string>, where: string): void {
  for (const name of Object.keys(object)) {
    must(known.has(name), `Invalid JSON payload received. Unknown name "${name}"${where}: Cannot find field.`);
  }
}

/** The possible members of a part. It has exactly one. */
const kindsOfPart = words('text inlineData fileData functionCall functionResponse executableCode codeExecutionResult');

function partsOf({ parts }: JsonObject, path: string): JsonObject[] {
  const list = objects(parts, `${path}.parts`);
  must(list.length > 0, `* GenerateContentRequest.${path}.parts: contents.parts must not be empty.\n`);
  for (const [index, part] of list.entries()) {
    const held = Object.keys(part).filter((name) => kindsOfPart.has(name));
    must(
      held.length === 1,
      `* GenerateContentRequest.${path}.parts[${index}].data: required oneof field 'data' must have one initialized field\n`,
    );
  }
  return list;
}

/** A turn, preceded by one turn per function result in it. */
function readContent(content: JsonObject, path: string): Turn[] {
  must(content.role === 'user' || content.role === 'model', 'Please use a valid role: user, model.');
  const parts = partsOf(content, path);
  const results = parts.flatMap(({ functionResponse }): Turn[] => {
    if (!isObject(functionResponse)) return [];
    must(isObject(functionResponse.response), `Invalid value at '${path}.parts.function_response.response' (Struct)`);
    const { output, error } = functionResponse.response;
    const resultText = [output, error].find((value) => typeof value === 'string') ?? JSON.stringify(functionResponse.response);
    return [{ role: 'tool', text: String(resultText), attachments: 0 }];
  });
  const texts = parts.flatMap(({ text, thought }) => (typeof text === 'string' && thought !== true ? [text] : []));
  const attachments = parts.filter((part) => part.inlineData !== undefined || part.fileData !== undefined).length;
  const text = texts.join('\n');
  if (text === '' && attachments === 0 && results.length > 0) return results;
  return [...results, { role: content.role === 'user' ? 'user' : 'assistant', text, attachments }];
}

const unbalanced =
  'Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.';

/** The placeholder for a lost signature. */
const lostSignature = 'skip_thought_signature_validator';

/** Models that answer calls without signatures, too: those before Gemini 3 (Google's guide to thought signatures). */
const withoutSignatures = /gemini-[12]\b|gemma/;

/** The next turn must answer each call by name. The first call of a turn must be signed. */
function checkCalls(contents: readonly JsonObject[], needsSignatures: boolean): void {
  const lastUserIndex = contents.findLastIndex((content) => content.role === 'user' && has(content, 'text'));
  let open: Json[] = [];
  for (const [index, content] of contents.entries()) {
    const responses = all(content, 'functionResponse').map(({ name }) => name ?? null);
    must(responses.length === open.length && responses.toSorted().join() === open.toSorted().join(), unbalanced);
    open = all(content, 'functionCall').map(({ name }) => name ?? null);
    if (open.length > 0) checkSignatures(content, index, needsSignatures && index > lastUserIndex);
  }
  must(open.length === 0, unbalanced);
}

function checkSignatures(content: JsonObject, index: number, inTurn: boolean): void {
  const calls = objects(content.parts, 'parts').filter(({ functionCall }) => isObject(functionCall));
  for (const [at, { functionCall, thoughtSignature }] of calls.entries()) {
    const { name, args } = isObject(functionCall) ? functionCall : {};
    must(
      thoughtSignature !== undefined || at > 0 || !inTurn,
      `Function call is missing a thought_signature in functionCall parts. This is required for tools to work correctly. Additional data, function call \`default_api:${name}\`, position ${index + 1}.`,
    );
    const own = signCall(String(name), isObject(args) ? args : {});
    must([undefined, lostSignature, own].includes(thoughtSignature as string | undefined), 'Corrupted thought signature.');
  }
}

function all(content: JsonObject, kind: 'functionCall' | 'functionResponse'): JsonObject[] {
  return objects(content.parts, 'parts').flatMap((part) => (isObject(part[kind]) ? [part[kind]] : []));
}

function has(content: JsonObject, kind: string): boolean {
  return objects(content.parts, 'parts').some((part) => part[kind] !== undefined);
}

function readTool({ name, description, parameters, parametersJsonSchema }: JsonObject, index: number): Tool {
  must(
    typeof name === 'string' && /^[a-zA-Z_][\w.:-]{0,63}$/.test(name),
    `* GenerateContentRequest.tools[0].function_declarations[${index}].name: Invalid function name. Must start with a letter or an underscore.\n`,
  );
  const schema = parametersJsonSchema ?? parameters;
  return { name, description: typeof description === 'string' ? description : '', schema: isObject(schema) ? schema : {} };
}

const modes: Record<string, Prompt['toolChoice']> = { AUTO: 'auto', NONE: 'none', ANY: 'any', VALIDATED: 'auto' };

function readMode(toolConfig: Json | undefined, tools: readonly Tool[]): Prompt['toolChoice'] {
  const config = isObject(toolConfig) && isObject(toolConfig.functionCallingConfig) ? toolConfig.functionCallingConfig : {};
  const mode = modes[String(config.mode ?? 'AUTO')];
  must(mode, `Invalid value at 'tool_config.function_calling_config.mode' (Mode), "${config.mode}"`);
  must(mode !== 'any' || tools.length > 0, 'Function calling config is set without function_declarations.');
  const [only, ...more] = strings(config.allowedFunctionNames, 'allowed_function_names');
  if (only === undefined) return mode;
  must(mode === 'any', 'Allowed function names are only supported when the function calling mode is ANY.');
  must(
    tools.some(({ name }) => name === only),
    `allowed_function_names contains "${only}", which is not declared.`,
  );
  return more.length > 0 ? mode : { name: only };
}

function readThinking({ thinkingConfig: config }: JsonObject): boolean {
  if (!isObject(config)) return false;
  must(
    config.thinkingBudget === undefined || config.thinkingLevel === undefined,
    'You can only set only one of thinking budget and thinking level.',
  );
  return config.includeThoughts === true;
}

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(/\s+/));
}
