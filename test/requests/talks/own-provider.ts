import { readMessagesRequest } from '../../../lib/emulator/anthropic-request.ts';
import { readInvokedBody } from '../../../lib/emulator/bedrock-invoke.ts';
import { readConverseRequest } from '../../../lib/emulator/bedrock-request.ts';
import { readChatRequest } from '../../../lib/emulator/openai-request.ts';
import { readResponsesRequest } from '../../../lib/emulator/openai-responses-request.ts';
import { Refusal } from '../../../lib/emulator/refusal.ts';
import { checkStrictly, type StrictCall } from '../../../lib/emulator/strict/check.ts';
import type { JsonObject } from '../../../lib/stream/json.ts';
import type { TalkerName } from './write.ts';

interface Own {
  readonly api: StrictCall['api'];
  readonly models: readonly string[];
  /** OpenAI-compatible servers that people use with this client. */
  readonly server?: string;
  readonly read: (body: JsonObject, model: string) => unknown;
}

const invoke: Own['read'] = (body, model) => readInvokedBody(model, body);

/** Whom each client was made to talk to. */
const owns: Readonly<Record<TalkerName, readonly Own[]>> = {
  chat: [
    { api: 'chat', models: ['gpt-4.1', 'gpt-5', 'gpt-5.2'], read: readChatRequest },
    { api: 'chat', models: ['any'], server: 'any', read: readChatRequest },
  ],
  responses: [{ api: 'responses', models: ['gpt-4.1', 'gpt-5', 'gpt-5.2'], read: readResponsesRequest }],
  messages: [
    {
      api: 'messages',
      models: ['claude-opus-4-8', 'claude-opus-4-6', 'claude-sonnet-4-5', 'claude-sonnet-4'],
      read: readMessagesRequest,
    },
  ],
  converse: [
    {
      api: 'converse',
      models: ['anthropic.claude-opus-4-8', 'anthropic.claude-sonnet-4-5', 'amazon.nova-pro-v1:0'],
      read: readConverseRequest,
    },
  ],
  invoke: [{ api: 'invoke', models: ['anthropic.claude-opus-4-8', 'anthropic.claude-sonnet-4-5'], read: invoke }],
};

/** Would a provider that the client was made for accept this request, for any of its models? */
export function isAccepted(client: TalkerName, body: JsonObject): boolean {
  return owns[client].some(({ api, models, server, read }) =>
    models.some((model) => {
      const named = api === 'converse' || api === 'invoke' ? body : { model, ...body };
      try {
        checkStrictly({ api, model, body: named, stream: false, ...(server && { server }) });
        read(named, model);
        return true;
      } catch (thrown) {
        if (thrown instanceof Refusal) return false;
        throw thrown;
      }
    }),
  );
}
