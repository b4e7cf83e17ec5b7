import { isObject, type JsonObject } from '../stream/json.ts';
import { readInvokedBody } from './bedrock-invoke.ts';
import { readConverseRequest } from './bedrock-request.ts';
import { countPrompt } from './model.ts';
import type { Prompt } from './prompt.ts';
import { must } from './refusal.ts';
import { parseObject } from './serve.ts';

/** Only Claude supports counting, and not under the id of an inference profile. */
const uncounted = /^[a-z-]+\.anthropic\.|amazon\.|meta\.|mistral\.|cohere\.|ai21\.|claude-(v\d|instant)/;

/** The response of CountTokens. Rejects what Bedrock rejects. */
export function countedTokens(model: string, { input }: JsonObject): JsonObject {
  must(!uncounted.test(model), "The provided model doesn't support counting tokens.");
  return { inputTokens: countPrompt(readInput(model, isObject(input) ? input : {})) };
}

/** A union with exactly one member. */
function readInput(model: string, { converse, invokeModel, ...others }: JsonObject): Prompt {
  const alone = isObject(converse) !== isObject(invokeModel) && Object.keys(others).length === 0;
  must(alone, "1 validation error detected: Value at 'input' failed to satisfy constraint: Member must be one of its kinds");
  if (isObject(converse)) {
    const extra = Object.keys(converse).filter((name) => !counts.has(name));
    must(extra.length === 0, `Malformed input request: extraneous key [${extra}] is not permitted`);
    return readConverseRequest(converse, model);
  }
  const body = Buffer.from(isObject(invokeModel) ? String(invokeModel.body) : '', 'base64');
  return readInvokedBody(model, parseObject(body, 'Malformed input request, please reformat your input and try again.'));
}

/** The parts of a conversation that count. Fields that only affect the answer are not allowed. */
const counts: ReadonlySet<string> = new Set(['messages', 'system', 'toolConfig', 'additionalModelRequestFields']);
