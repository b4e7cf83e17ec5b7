import type { JsonObject } from '../../stream/json.ts';
import { Refusal } from '../refusal.ts';
import { checkMessages } from './anthropic-messages.ts';
import { checkConverse } from './bedrock-converse.ts';
import { checkBedrockMessages } from './bedrock-invoke.ts';
import { chatOf } from './chat-checks.ts';
import { chatChecks } from './chat-servers.ts';
import { claudeModel } from './claude-models.ts';
import { checkGemini } from './gemini.ts';
import { gptModel } from './gpt-models.ts';
import { checkOpenaiChat } from './openai-chat.ts';
import { checkOpenaiCompletions } from './openai-completions.ts';
import { checkOpenaiResponses } from './openai-responses.ts';

/** A request as it arrived at a provider API. */
export interface StrictCall {
  readonly api: 'chat' | 'completions' | 'responses' | 'messages' | 'converse' | 'invoke' | 'gemini';
  readonly model: string;
  readonly body: JsonObject;
  readonly stream: boolean;
  /** The OpenAI-compatible server that was called. Missing for OpenAI's own address. */
  readonly server?: string;
}

/**
 * Rejects what the real provider would reject in this request, with its messages. The rules are written from provider
 * documentation and public reports and share no code with the request builders, so that one can verify the other.
 *
 * @throws Refusal
 */
export function checkStrictly(call: StrictCall): void {
  apis[call.api](call);
}

const apis: Readonly<Record<StrictCall['api'], (call: StrictCall) => void>> = {
  chat: checkChat,
  completions: ({ model, body, server = 'openai' }) => {
    if (server === 'openai') checkOpenaiCompletions(model, body);
  },
  responses: ({ model, body, server = 'openai' }) => {
    if (server === 'openai') checkOpenaiResponses(model, body);
  },
  messages: ({ model, body }) => checkMessages(model, body),
  converse: ({ model, body, stream }) => checkConverse(model, body, stream),
  invoke: ({ model, body }) => {
    if (claudeModel(model)) checkBedrockMessages(model, body);
  },
  gemini: ({ model, body }) => checkGemini(model, body),
};

/** OpenAI's address also accepts the names of other models. For those only their universal rules apply. */
function checkChat({ model, body, server = gptModel(model) ? 'openai' : 'any' }: StrictCall): void {
  if (server === 'openai' || server === 'azure') checkOpenaiChat(model, body);
  const chat = chatOf(body);
  for (const check of chatChecks(server, model)) {
    const fault = check(chat);
    if (fault) throw new Refusal(fault.status ?? 400, fault.message, fault.code === undefined ? {} : { code: fault.code });
  }
}
