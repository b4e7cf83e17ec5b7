import { describe, expect, test } from 'vitest';
import { anthropicMessages } from '../../lib/dialects/anthropic-messages/client.ts';
import { bedrockConverse } from '../../lib/dialects/bedrock-converse/client.ts';
import type { ClientDialect } from '../../lib/dialects/dialect.ts';
import { openaiChat } from '../../lib/dialects/openai-chat/client.ts';
import { keepOwnReasoning, markReasoning } from '../../lib/dialects/reasoning-vendors.ts';
import type { StreamEvent } from '../../lib/stream/events.ts';
import type { JsonObject } from '../../lib/stream/json.ts';

const signature = 'EqQBCkYIARgCKkDE+/8=';
const signed = (index: number, text = signature): StreamEvent => ({ type: 'signature-delta', index, signature: text });

/** What a client of one dialect receives for a signature from a provider of another. */
function shown(callers: string, providers: string, ...events: StreamEvent[]): string[] {
  const marked = markReasoning(callers, providers);
  return events.map((event) => {
    const seen = marked(event);
    if (seen.type === 'signature-delta') return seen.signature;
    return seen.type === 'block-start' && seen.block.kind === 'redacted-reasoning' ? seen.block.data : seen.type;
  });
}

describe('a signature', () => {
  test.each([
    ['anthropic-messages', 'bedrock-converse'],
    ['bedrock-converse', 'anthropic-messages'],
    ['openai-responses', 'openai-responses'],
    ['openai-chat', 'openai-chat'],
  ])('of the vendor of the client`s dialect is unchanged: %s from %s', (callers, providers) => {
    expect(shown(callers, providers, signed(0))).toEqual([signature]);
  });

  test('of another vendor gets the vendor’s name as a prefix, once, and stays base64 if it was', () => {
    const pieces = [signed(0, 'AAAA'), signed(0, 'BBBB'), signed(1, 'CCCC')];
    expect(shown('anthropic-messages', 'gemini', ...pieces)).toEqual(['sluice///google/AAAA', 'BBBB', 'sluice///google/CCCC']);
    for (const providers of ['gemini', 'anthropic-messages', 'openai-responses', 'bedrock-converse']) {
      const [seen = ''] = shown('openai-chat', providers, signed(0));
      expect(Buffer.from(seen, 'base64').toString('base64')).toBe(seen);
      expect(seen.endsWith(signature)).toBe(true);
    }
  });

  test('that is empty stays unchanged, like every other event', () => {
    const text: StreamEvent = { type: 'text-delta', index: 0, text: 'sluice/' };
    expect(shown('anthropic-messages', 'gemini', signed(0, ''), text)).toEqual(['', 'text-delta']);
    const opaque: StreamEvent = { type: 'block-start', index: 0, block: { kind: 'redacted-reasoning', data: 'AAAA' } };
    expect(shown('openai-chat', 'openai-responses', opaque)).toEqual(['sluice///openai/AAAA']);
  });
});

/** What is left of the thoughts of a history, for a provider of this dialect. */
function own(client: ClientDialect, body: JsonObject, providers: string) {
  const { request, left } = keepOwnReasoning(client.parse(body), providers);
  const parts = request.messages.flatMap(({ content }) => content).filter(({ type }) => /reasoning/.test(type));
  return { parts: parts.map(({ field: _, ...part }) => part), left, body: request.body };
}

const userTurn = { role: 'user', content: 'Hello' };
const thinking = (sign: string) => ({ type: 'thinking', thinking: 'Hm.', signature: sign });
const messagesOf = (...blocks: JsonObject[]) => ({
  model: 'm',
  max_tokens: 9,
  messages: [userTurn, { role: 'assistant', content: [...blocks, { type: 'text', text: 'Hi' }] }, userTurn],
});
const foreign = 'sluice///google/AAAA';

describe('thoughts in a history', () => {
  test('go unchanged to their vendor, on every host', () => {
    const thought = { type: 'reasoning', text: 'Hm.', signature };
    for (const providers of ['anthropic-messages', 'bedrock-converse'])
      expect(own(anthropicMessages, messagesOf(thinking(signature)), providers)).toMatchObject({ parts: [thought], left: [] });
    expect(own(anthropicMessages, messagesOf(thinking(foreign)), 'gemini').parts).toEqual([{ ...thought, signature: 'AAAA' }]);
  });

  test('are dropped for every other vendor, and the field is listed', () => {
    const left = ['messages[1].content[0]'];
    for (const providers of ['gemini', 'openai-responses', 'openai-chat', 'bedrock-titan'])
      expect(own(anthropicMessages, messagesOf(thinking(signature)), providers)).toMatchObject({ parts: [], left });
    expect(own(anthropicMessages, messagesOf(thinking(foreign)), 'bedrock-converse')).toMatchObject({ parts: [], left });
  });

  test('are removed from a passthrough body, and nothing else is', () => {
    const redacted = { type: 'redacted_thinking', data: 'sluice///openai/gAAAA' };
    const body = messagesOf(thinking(foreign), thinking(signature), thinking(''), redacted, { type: 'text', text: foreign });
    const seen = own(anthropicMessages, body, 'anthropic-messages');
    expect(seen.body).toEqual(messagesOf(thinking(signature), { type: 'text', text: foreign }));
    expect(seen.left).toEqual(['messages[1].content[0]', 'messages[1].content[2]', 'messages[1].content[3]']);

    const text = [{ text: 'Hello' }];
    const thought = (reasoningText: JsonObject) => ({ reasoningContent: { reasoningText } });
    const converse = (...content: JsonObject[]) => ({
      model: 'm',
      stream: true,
      messages: [
        { role: 'user', content: text },
        { role: 'assistant', content: [...content, ...text] },
        { role: 'user', content: text },
      ],
    });
    const kept = thought({ text: 'Hm.', signature });
    expect(
      own(bedrockConverse, converse(thought({ text: 'a', signature: foreign }), thought({ text: 'b' }), kept), 'bedrock-converse')
        .body.messages,
    ).toEqual(converse(kept).messages);

    const details = [
      { type: 'reasoning.text', text: 'a', signature: foreign },
      { type: 'reasoning.text', text: 'b', signature },
    ];
    const chat = (reasoning_details: JsonObject[]) => ({
      model: 'm',
      messages: [userTurn, { role: 'assistant', content: 'Hi', reasoning_details }, userTurn],
    });
    expect(own(openaiChat, chat(details), 'openai-chat').body).toEqual(chat(details.slice(1)));
  });

  test('stay if no other vendor contributed', () => {
    const body = messagesOf(thinking(signature));
    const request = anthropicMessages.parse(body);
    expect(keepOwnReasoning(request, 'anthropic-messages').request.body).toBe(request.body);
    const unsigned = {
      model: 'm',
      stream: true,
      messages: [
        { role: 'user', content: [{ text: 'Hello' }] },
        { role: 'assistant', content: [{ reasoningContent: { reasoningText: { text: 'Hm.' } } }, { text: 'Hi' }] },
      ],
    };
    const kept = bedrockConverse.parse(unsigned);
    expect(keepOwnReasoning(kept, 'bedrock-converse').request.body).toBe(kept.body);
  });
});
