import { isObject, type Json, type JsonObject } from '../stream/json.ts';

/** Kinds of models that can't chat, as Together and others name them. */
const otherTypes: ReadonlySet<Json | undefined> = new Set(['embedding', 'image', 'audio', 'moderation', 'rerank', 'transcribe']);

/** The ids in `GET /models` of OpenAI, Anthropic and compatible servers, without models that the server says can't chat. */
export function modelIds(answer: JsonObject): string[] {
  return objects(answer.data)
    .filter(canChat)
    .flatMap(({ id }) => (typeof id === 'string' && id !== '' ? [id] : []));
}

/** The ids in Gemini's `GET /models`, of the models that generate content. */
export function geminiModelIds(answer: JsonObject): string[] {
  return objects(answer.models)
    .filter(({ supportedGenerationMethods: methods }) => !Array.isArray(methods) || methods.includes('generateContent'))
    .flatMap(({ name }) => (typeof name === 'string' ? [name.replace(/^models\//, '')] : []));
}

/** Mistral has `capabilities.completion_chat`, OpenRouter `architecture.output_modalities`, Together `type`. */
function canChat({ type, capabilities, architecture }: JsonObject): boolean {
  if (otherTypes.has(type)) return false;
  if (isObject(capabilities) && capabilities.completion_chat === false) return false;
  const modalities = isObject(architecture) ? architecture.output_modalities : undefined;
  return !Array.isArray(modalities) || modalities.includes('text');
}

function objects(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
