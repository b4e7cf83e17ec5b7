import { type Json, type JsonObject, withoutNulls } from '../../stream/json.ts';
import type { Message, ModelRequest } from '../../stream/request.ts';
import { refuseStreamedChecks } from '../openai/prediction-guard-checks.ts';
import { invalidField, validateBody } from '../validate-body.ts';
import { parseParameters } from './parse-parameters.ts';
import { completionSchema } from './schema.ts';
import { dialectName } from './wire.ts';

/** How many answers one call may have: its prompts, each answered `n` times. */
const maxAnswers = 128;

/** What changes an answer and cannot be asked for here; left out unsaid, it would be missed. */
const ofChatAlone = ['messages', 'tools', 'tool_choice', 'functions', 'function_call'];

/**
 * A text completion request: each prompt is one user turn, as it came. Throws `invalid_request` whose `param` is the
 * path of the field at fault.
 */
export function parse(given: JsonObject): ModelRequest {
  const body = withoutNulls(given);
  const elsewhere = ofChatAlone.find((name) => body[name] !== undefined);
  if (elsewhere) throw invalidField(elsewhere, 'cannot be asked of text completions. Ask chat completions instead');
  refuseTokens(body.prompt);
  const checked = validateBody(completionSchema, body);
  refuseStreamedChecks(checked);
  const [messages = [], ...furtherPrompts] = promptsOf(checked.prompt);
  if ((furtherPrompts.length + 1) * (checked.n ?? 1) > maxAnswers) {
    throw invalidField('prompt', `must ask for at most ${maxAnswers} answers: its texts, times \`n\``);
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
  throw invalidField('prompt', 'must be text or an array of texts: tokens are numbers of one model and mean nothing to others');
}

function promptsOf(prompt: string | string[]): Message[][] {
  if (typeof prompt === 'string') return [turn(prompt, 'prompt')];
  return prompt.map((text, index) => turn(text, `prompt[${index}]`));
}

function turn(text: string, field: string): Message[] {
  return [{ role: 'user', content: [{ type: 'text', text, field }] }];
}
