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

/** A request as it reached an API of a provider. */
export interface StrictCall {
  readonly api: 'chat' | 'completions' | 'responses' | 'messages' | 'converse' | 'invoke' | 'gemini';
  readonly model: string;
  readonly body: JsonObject;
  readonly stream: boolean;
  /** The OpenAI-compatible server that is called; absent for OpenAI's own address. */
  readonly server?: string;
}

/**
 * Refuses what the real provider would refuse of this request, in its words. The knowledge is written from provider
 * documentation and public reports, and shares no code with what builds requests, so that one can prove the other.
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

/** OpenAI's address takes the names of other models too; those are refused only what they refuse everywhere. */
function checkChat({ model, body, server = gptModel(model) ? 'openai' : 'any' }: StrictCall): void {
  if (server === 'openai' || server === 'azure') checkOpenaiChat(model, body);
  const chat = chatOf(body);
  for (const check of chatChecks(server, model)) {
    const fault = check(chat);
    if (fault) throw new Refusal(fault.status ?? 400, fault.message, fault.code === undefined ? {} : { code: fault.code });
  }
}
