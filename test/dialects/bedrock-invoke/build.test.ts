import { describe, expect, test } from 'vitest';
import { anthropicMessages } from '../../../lib/dialects/anthropic-messages/client.ts';
import { invokedFamily } from '../../../lib/dialects/bedrock-invoke/families.ts';
import { openaiChat } from '../../../lib/dialects/openai-chat/client.ts';
import type { JsonObject } from '../../../lib/stream/json.ts';
import type { ModelRequest } from '../../../lib/stream/request.ts';
import { buildFor } from '../../support/build-for.ts';

const user = (content: string) => ({ role: 'user', content });
const assistant = (content: string) => ({ role: 'assistant', content });
const system = (content: string) => ({ role: 'system', content });
const conversation = [system('Be brief.'), user('Hi'), assistant('Hello!'), user('Who?')];

const requestOf = (messages: JsonObject[], more: JsonObject = {}) => openaiChat.parse({ model: 'm', messages, ...more });

function built(model: string, request: ModelRequest) {
  const family = invokedFamily(model);
  if (!family) throw new Error(`no family of ${model}`);
  return buildFor(family.dialect, request, model);
}

const bodyFor = (model: string, messages: JsonObject[], more?: JsonObject) => built(model, requestOf(messages, more)).body;

const models = {
  claude2: 'anthropic.claude-v2:1',
  titan: 'amazon.titan-text-express-v1',
  llama2: 'meta.llama2-70b-chat-v1',
  llama3: 'us.meta.llama3-1-8b-instruct-v1:0',
  llama4: 'us.meta.llama4-scout-17b-instruct-v1:0',
  mistral: 'mistral.mixtral-8x7b-instruct-v0:1',
  command: 'cohere.command-text-v14',
  commandR: 'cohere.command-r-plus-v1:0',
};

describe('the exact prompt of a text model', () => {
  test.each([
    [models.claude2, [user('Why?')], { prompt: '\n\nHuman: Why?\n\nAssistant:' }],
    [models.claude2, conversation, { prompt: 'Be brief.\n\nHuman: Hi\n\nAssistant: Hello!\n\nHuman: Who?\n\nAssistant:' }],
    [models.claude2, [user('Count.'), assistant('1, 2, ')], { prompt: '\n\nHuman: Count.\n\nAssistant: 1, 2,' }],
    [models.titan, [user('Why?')], { inputText: 'Why?' }],
    [models.titan, conversation, { inputText: 'Be brief.\n\nUser: Hi\nBot: Hello!\nUser: Who?\nBot:' }],
    [models.llama2, [user('Why?')], { prompt: '<s>[INST] Why? [/INST]' }],
    [
      models.llama2,
      conversation,
      { prompt: '<s>[INST] <<SYS>>\nBe brief.\n<</SYS>>\n\nHi [/INST] Hello! </s><s>[INST] Who? [/INST]' },
    ],
    [
      models.llama3,
      [system('Be brief.'), user('Hi')],
      {
        prompt:
          '<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nBe brief.<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n',
      },
    ],
    [
      models.llama3,
      [user('Count.'), assistant('1, 2')],
      {
        prompt:
          '<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\nCount.<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n1, 2',
      },
    ],
    [
      models.llama4,
      [user('Hi')],
      { prompt: '<|begin_of_text|><|header_start|>user<|header_end|>\n\nHi<|eot|><|header_start|>assistant<|header_end|>\n\n' },
    ],
    [models.mistral, [user('Why?')], { prompt: '<s>[INST] Why? [/INST]' }],
    [models.mistral, conversation, { prompt: '<s>[INST] Be brief.\n\nHi [/INST] Hello!</s>[INST] Who? [/INST]' }],
    [models.command, [user('Why?')], { prompt: 'Why?', stream: true }],
    [models.command, conversation, { prompt: 'Be brief.\n\nUser: Hi\nChatbot: Hello!\nUser: Who?\nChatbot:' }],
    [
      models.commandR,
      conversation,
      {
        message: 'Who?',
        preamble: 'Be brief.',
        chat_history: [
          { role: 'USER', message: 'Hi' },
          { role: 'CHATBOT', message: 'Hello!' },
        ],
      },
    ],
  ])('%s: %j', (model, messages, prompt) => {
    expect(bodyFor(model, messages)).toMatchObject(prompt);
  });
});

describe('parameters of a text model', () => {
  const more = { max_tokens: 50, temperature: 1.5, top_p: 0.9, stop: ['x'] };

  test.each<[string, JsonObject]>([
    [
      models.claude2,
      { max_tokens_to_sample: 50, temperature: 1, top_p: 0.9, stop_sequences: ['x'], anthropic_version: 'bedrock-2023-05-31' },
    ],
    [models.titan, { textGenerationConfig: { maxTokenCount: 50, temperature: 1, topP: 0.9, stopSequences: ['x'] } }],
    [models.mistral, { max_tokens: 50, temperature: 1, top_p: 0.9, stop: ['x'] }],
    [models.command, { max_tokens: 50, temperature: 1.5, p: 0.9, stop_sequences: ['x'] }],
  ])('%s writes them with its own names', (model, fields) => {
    expect(bodyFor(model, [user('Hi')], more)).toMatchObject(fields);
  });

  test('the output limit never exceeds what the family supports', () => {
    expect(bodyFor(models.claude2, [user('Hi')], { max_tokens: 100_000 }).max_tokens_to_sample).toBe(4096);
    expect(bodyFor(models.llama3, [user('Hi')], { max_tokens: 100_000 }).max_gen_len).toBe(2048);
  });

  test('clamped values are listed with the client’s names', () => {
    const hot = requestOf([user('Hi')], { max_tokens: 100_000, temperature: 1.5 });
    expect(built(models.titan, hot).dropped).toEqual(['max_tokens', 'temperature']);
    expect(built(models.command, requestOf([user('Hi')], { temperature: 1.5 })).dropped).toEqual([]);
  });

  test('unsupported parameters that change the answer are rejected by name', () => {
    const tools = [{ type: 'function', function: { name: 'f', parameters: {} } }];
    const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } };
    expect(() => bodyFor(models.claude2, [user('Hi')], { tools })).toThrow('`tools`');
    expect(() => bodyFor(models.llama3, [user('Hi')], { stop: ['x'] })).toThrow('`stop`');
    expect(() => bodyFor(models.titan, [{ role: 'user', content: [image] }])).toThrow('`messages[0].content[0]`');
    expect(built(models.titan, requestOf([user('Hi')], { seed: 1 })).dropped).toEqual(['seed']);
  });
});

describe('families with more than text', () => {
  const tools = [{ type: 'function', function: { name: 'f', parameters: { type: 'object' } } }];

  test('Claude gets a Messages body unchanged, without what the path says', () => {
    const body = { max_tokens: 5, messages: [user('Hi')], brand_new: 1 };
    expect(
      built('us.anthropic.claude-sonnet-4-20250514-v1:0', anthropicMessages.parse({ ...body, model: 'm', stream: true })),
    ).toEqual({
      body: { anthropic_version: 'bedrock-2023-05-31', ...body },
      dropped: [],
    });
  });

  test('Nova gets Converse’s body in its own frame', () => {
    const request = { ...requestOf([system('Be brief.'), user('Hi')], { max_tokens: 5, tools }) };
    expect(built('us.amazon.nova-lite-v1:0', { ...request, parameters: { ...request.parameters, topK: 4 } }).body).toEqual({
      schemaVersion: 'messages-v1',
      system: [{ text: 'Be brief.' }],
      messages: [{ role: 'user', content: [{ text: 'Hi' }] }],
      inferenceConfig: { maxTokens: 5, topK: 4 },
      toolConfig: { tools: [{ toolSpec: { name: 'f', inputSchema: { json: { type: 'object' } } } }] },
    });
  });

  test.each(['ai21.jamba-1-5-large-v1:0', 'openai.gpt-oss-120b-1:0', 'qwen.qwen3-32b-v1:0', 'mistral.mistral-large-2407-v1:0'])(
    '%s gets a chat completion, without what the path says',
    (model) => {
      const body = bodyFor(model, [user('Hi')], { tools, max_tokens: 5, logprobs: true });
      expect(body).toMatchObject({ messages: [user('Hi')], tools, max_tokens: 5, logprobs: true });
      expect(Object.keys(body)).not.toEqual(expect.arrayContaining(['model']));
      expect(body).not.toHaveProperty('stream');
      expect(body).not.toHaveProperty('stream_options');
    },
  );

  test.each(['ai21.j2-ultra-v1', 'amazon.titan-embed-text-v2:0', 'arn:aws:bedrock:us-east-1:1:application-inference-profile/x'])(
    '%s has no known stream format',
    (model) => {
      expect(invokedFamily(model)).toBeUndefined();
    },
  );
});
