import { expect } from 'vitest';
import type { JsonObject } from '../../../lib/stream/json.ts';
import { assistant, chat, jpeg, messagesTool, pdf, pixel, text, toolResult, toolUse, user, wav } from '../bodies.ts';
import { lastBody, pick, type RequestCase } from '../request-case.ts';
import { geminiChunk } from './streams.ts';

const picture = { type: 'image', source: { type: 'url', url: 'https://example.com/cat.png' } };
const document = { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: pdf } };

/** A loop of tools whose result holds this, with more beside it. */
const loop = (content: JsonObject[], ...beside: JsonObject[]) => ({
  max_tokens: 900,
  messages: [user('Read a.pdf'), assistant([toolUse('toolu_a')]), user([toolResult('toolu_a', content), ...beside])],
  tools: [messagesTool()],
});

const painted = geminiChunk([{ text: 'Here:' }, { inlineData: { mimeType: 'image/png', data: pixel } }], 'STOP');

/** Images, documents and sounds, in and out. */
export const mediaCases: readonly RequestCase[] = [
  {
    title: 'calls image/jpg by its right name for Anthropic',
    reports: ['NousResearch/hermes-agent#55432', 'anotherai-dev/anotherai#457', 'mealie-recipes/mealie#5897'],
    client: 'chat',
    model: 'anthropic/claude-sonnet-4-5',
    body: chat({
      messages: [user([{ type: 'image_url', image_url: { url: `data:image/jpg;base64,${jpeg}` } }, text('What is this?')])],
    }),
    check: (outcome) => expect(pick(lastBody(outcome), 'messages', 0, 'content', 0, 'source', 'media_type')).toBe('image/jpeg'),
  },
  {
    title: 'puts a text beside a document alone for Converse',
    reports: ['BerriAI/litellm#36499', 'maximhq/bifrost#5817', 'ag-ui-protocol/ag-ui#1978'],
    client: 'chat',
    model: 'bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0',
    body: chat({
      messages: [user([{ type: 'file', file: { filename: 'a.pdf', file_data: `data:application/pdf;base64,${pdf}` } }])],
    }),
  },
  {
    title: 'puts a text beside a document that stands beside a tool result for Converse',
    reports: ['BerriAI/litellm#36499'],
    client: 'messages',
    model: 'bedrock/us.amazon.nova-pro-v1:0',
    body: loop([text('The file was read')], document),
  },
  {
    title: 'sends a document of plain text to Converse as a file',
    reports: ['maximhq/bifrost#7072'],
    client: 'messages',
    model: 'bedrock/us.amazon.nova-pro-v1:0',
    body: {
      max_tokens: 900,
      messages: [
        user([
          { type: 'document', title: 'facts.md', source: { type: 'text', media_type: 'text/plain', data: 'the sea is salty' } },
          text('How is the sea?'),
        ]),
      ],
    },
    check: (outcome) => {
      const bytes = pick(lastBody(outcome), 'messages', 0, 'content', 0, 'document', 'source', 'bytes');
      expect(Buffer.from(String(bytes), 'base64').toString()).toBe('the sea is salty');
    },
  },
  {
    title: 'passes an image by URL inside a tool result to Anthropic',
    reports: ['vercel/ai#18982'],
    client: 'messages',
    model: 'anthropic/claude-sonnet-4-5',
    body: loop([picture]),
    check: (outcome) => expect(JSON.stringify(lastBody(outcome))).toContain('https://example.com/cat.png'),
  },
  {
    title: 'shows OpenAI an image by URL from inside a tool result',
    reports: ['vercel/ai#18982'],
    client: 'messages',
    model: 'openai/gpt-4.1',
    body: loop([picture]),
    check: (outcome) => expect(JSON.stringify(lastBody(outcome))).toContain('https://example.com/cat.png'),
  },
  {
    title: 'carries audio of a chat client to Gemini',
    reports: ['decolua/9router#912', 'hugalafutro/model-hotel#921', 'mozilla-ai/any-llm#1390'],
    client: 'chat',
    model: 'gemini/gemini-2.5-flash',
    body: chat({
      messages: [user([text('What do you hear?'), { type: 'input_audio', input_audio: { data: wav, format: 'wav' } }])],
    }),
    check: (outcome) =>
      expect(pick(lastBody(outcome), 'contents', 0, 'parts', 1, 'inlineData')).toEqual({ mimeType: 'audio/wav', data: wav }),
  },
  {
    title: 'shows a chat client an image that Gemini made',
    reports: ['maximhq/bifrost#7032', 'Wei-Shaw/sub2api#4798', 'mozilla-ai/any-llm#1344'],
    client: 'chat',
    model: 'gemini/gemini-2.5-flash-image',
    body: chat({ messages: [user('Paint a dot')] }),
    scripted: { events: [painted] },
    check: ({ text: said }) => expect(said).toContain(pixel),
  },
  {
    title: 'shows a chat client an answer that is nothing but an image',
    reports: ['maximhq/bifrost#7032'],
    client: 'chat',
    model: 'gemini/gemini-2.5-flash-image',
    body: chat({ messages: [user('Paint a dot')] }),
    scripted: { events: [geminiChunk([{ inlineData: { mimeType: 'image/png', data: pixel } }], 'STOP')] },
    check: ({ text: said }) => expect(said).toContain(pixel),
  },
];
