import { type Json, type JsonObject, withoutNulls } from '../../stream/json.ts';
import type { Message, ModelRequest } from '../../stream/request.ts';
import { refuseStreamedChecks } from '../openai/prediction-guard-checks.ts';
import { invalidField, validateBody } from '../validate-body.ts';
import { parseParameters } from './parse-parameters.ts';
import { completionSchema } from './schema.ts';
import { dialectName } from './wire.ts';

/** The number of completions in one request: its prompts times `n`. */
const maxAnswers = 128;

/** Parameters that change an answer and are unsupported here. Dropping them silently would be wrong. */
const ofChatAlone = ['messages', 'tools', 'tool_choice', 'functions', 'function_call'];

/**
 * Parses a text completion request. Each prompt becomes one user turn, unchanged. Throws `invalid_request`. `param`
 * is the path of the wrong field.
 */
export function parse(input: JsonObject): ModelRequest {
  const body = withoutNulls(input);
  const elsewhere = ofChatAlone.find((name) => body[name] !== undefined);
  if (elsewhere) throw invalidField(elsewhere, 'is not supported by text completions. Use chat completions instead');
  refuseTokens(body.prompt);
  const checked = validateBody(completionSchema, body);
  refuseStreamedChecks(checked);
  const [messages = [], ...furtherPrompts] = promptsOf(checked.prompt);
  if ((furtherPrompts.length + 1) * (checked.n ?? 1) > maxAnswers) {
    throw invalidField('prompt', `must request at most ${maxAnswers} completions (number of prompts times \`n\`)`);
  }
  return {
    dialect: dialectName,
    body,
    model: checked.model,
    stream: checked.stream ?? false,
    messages,
    ...(furtherPrompts.length > 0 && { furtherPrompts }),
    ...parseParameters(checked),
    unknown: Object.keys(body).filter((name) => !Object.hasOwn(completionSchema.entries, name)),
    showUsage: checked.stream_options?.include_usage ?? false,
  };
}

function refuseTokens(prompt: Json | undefined): void {
  if (!Array.isArray(prompt) || !prompt.some((item) => typeof item === 'number' || Array.isArray(item))) return;
  throw invalidField(
    'prompt',
    'must be a string or an array of strings. Token ids are specific to one model and are not supported',
  );
}

function promptsOf(prompt: string | string[]): Message[][] {
  if (typeof prompt === 'string') return [turn(prompt, 'prompt')];
  return prompt.map((text, index) => turn(text, `prompt[${index}]`));
}

function turn(text: string, field: string): Message[] {
  return [{ role: 'user', content: [{ type: 'text', text, field }] }];
}
