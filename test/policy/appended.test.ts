import { describe, expect, test } from 'vitest';
import { anthropicMessages } from '../../lib/dialects/anthropic-messages/client.ts';
import { anthropicMessagesUpstream } from '../../lib/dialects/anthropic-messages/upstream.ts';
import { bedrockConverseUpstream } from '../../lib/dialects/bedrock-converse/upstream.ts';
import { openaiChat } from '../../lib/dialects/openai-chat/client.ts';
import { openaiChatUpstream } from '../../lib/dialects/openai-chat/upstream.ts';
import type { Message } from '../../lib/stream/request.ts';
import { buildFor } from '../support/build-for.ts';

const body = { model: 'm', max_tokens: 100, messages: [{ role: 'user', content: 'Tell a story.' }] };
const appended: Message[] = [
  { role: 'assistant', content: [{ type: 'text', text: 'Once upon', field: 'messages' }] },
  { role: 'user', content: [{ type: 'text', text: 'Go on.', field: 'messages' }] },
];

describe('our own turns follow the client’s, for every client and provider', () => {
  for (const client of [openaiChat, anthropicMessages]) {
    for (const provider of [openaiChatUpstream(), anthropicMessagesUpstream(), bedrockConverseUpstream()]) {
      test(`${client.name} to ${provider.name}`, () => {
        const request = client.parse(body);
        const { body: built } = buildFor(provider, { ...request, messages: [...request.messages, ...appended], appended }, 'm');
        const roles = (built.messages as { role: string }[]).map(({ role }) => role);
        expect(roles).toEqual(['user', 'assistant', 'user']);
        expect(JSON.stringify(built.messages)).toMatch(/Tell a story.*Once upon.*Go on/);
      });
    }
  }
});
