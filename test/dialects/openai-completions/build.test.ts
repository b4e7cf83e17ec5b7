import { describe, expect, test } from 'vitest';
import { anthropicMessages } from '../../../lib/dialects/anthropic-messages/client.ts';
import { openaiChat } from '../../../lib/dialects/openai-chat/client.ts';
import { openaiChatUpstream } from '../../../lib/dialects/openai-chat/upstream.ts';
import { parse } from '../../../lib/dialects/openai-completions/parse.ts';
import { openaiCompletionsUpstream } from '../../../lib/dialects/openai-completions/upstream.ts';
import type { JsonObject } from '../../../lib/stream/json.ts';
import type { Message } from '../../../lib/stream/request.ts';

const upstream = openaiCompletionsUpstream();
const own = (more: JsonObject) => upstream.build(parse({ model: 'alias', prompt: 'Once', ...more }), 'davinci-002');
const turn = (role: Message['role'], text: string): Message => ({ role, content: [{ type: 'text', text, field: 'f' }] });

describe('for a native provider', () => {
  test('passes the client’s body through, with unknown members, and requests usage', () => {
    const chatRequest = {
      prompt: ['Once'],
      suffix: '.',
      echo: true,
      best_of: 2,
      logprobs: 3,
      n: 2,
      stop: 'x',
      guided_regex: 'a+',
      temperature: 0,
      stream_options: { include_obfuscation: false },
    };
    expect(own(chatRequest)).toEqual({
      body: {
        model: 'davinci-002',
        ...chatRequest,
        prompt: 'Once',
        max_tokens: 16,
        stop: ['x'],
        stream: true,
        stream_options: { include_obfuscation: false, include_usage: true },
      },
      dropped: [],
    });
  });

  test('drops unsupported hints, and rejects checks, except for a provider that supports both', () => {
    expect(own({ top_k: 5 })).toMatchObject({ dropped: ['top_k'], body: expect.not.objectContaining({ top_k: 5 }) });
    expect(() => own({ input: { pii: 'block' } })).toThrowError(expect.objectContaining({ param: 'input' }));
    const guard = openaiCompletionsUpstream({ streamOptions: false, accepts: ['top_k', 'input'] });
    const { body } = guard.build(parse({ model: 'm', prompt: 'a', top_k: 5, input: { pii: 'block' } }), 'm');
    expect(body).toMatchObject({ top_k: 5, input: { pii: 'block' } });
    expect(body).not.toHaveProperty('stream_options');
  });

  test('joins the turns of other dialects into one text', () => {
    const request = openaiChat.parse({
      model: 'm',
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Hi' },
        { role: 'assistant', content: 'Hello', reasoning_content: 'hm' },
        { role: 'user', content: [{ type: 'text', text: 'Go on' }] },
      ],
      max_tokens: 9,
      stop: 'x',
      seed: 1,
      parallel_tool_calls: true,
    });
    expect(upstream.build(request, 'davinci-002')).toEqual({
      body: {
        model: 'davinci-002',
        prompt: 'Be brief.\n\nHi\n\nHello\n\nGo on',
        max_tokens: 9,
        stop: ['x'],
        seed: 1,
        stream: true,
        stream_options: { include_usage: true },
      },
      dropped: ['parallel_tool_calls'],
    });
  });

  test('continues a cut answer from the end of the prompt', () => {
    const request = parse({ model: 'm', prompt: 'Once upon ' });
    const appended = [turn('assistant', 'a time'), turn('user', 'Continue.')];
    const { body } = upstream.build({ ...request, messages: [...request.messages, ...appended], appended }, 'm');
    expect(body.prompt).toBe('Once upon a time\n\nContinue.');
  });

  test.each<[string, JsonObject, string]>([
    ['tools', { tools: [{ type: 'function', function: { name: 'f' } }] }, 'tools'],
    ['log probabilities in another form', { logprobs: true }, 'logprobs'],
    ['JSON mode', { response_format: { type: 'json_object' } }, 'response_format'],
    [
      'a picture',
      { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'https://a/b.png' } }] }] },
      'messages[0].content[0]',
    ],
  ])('rejects %s', (_what, more, param) => {
    const request = openaiChat.parse({ model: 'm', messages: [{ role: 'user', content: 'Hi' }], ...more });
    expect(() => upstream.build(request, 'm')).toThrowError(expect.objectContaining({ kind: 'unsupported_parameter', param }));
  });

  test('maps Messages requests too', () => {
    const request = anthropicMessages.parse({ model: 'm', max_tokens: 5, messages: [{ role: 'user', content: 'Hi' }] });
    expect(upstream.build(request, 'm').body).toMatchObject({ prompt: 'Hi', max_tokens: 5 });
  });
});

describe('for a chat-only model', () => {
  const chat = openaiChatUpstream();

  test('sends the prompt as a user message', () => {
    expect(chat.build(parse({ model: 'm', prompt: 'Once', temperature: 0, max_tokens: 100 }), 'gpt').body).toMatchObject({
      messages: [{ role: 'user', content: 'Once' }],
      temperature: 0,
      max_completion_tokens: 100,
      stream: true,
    });
  });

  test.each<JsonObject>([{ suffix: 'z' }, { echo: true }, { best_of: 2 }, { logprobs: 1 }])('rejects %j', (more) => {
    const [param] = Object.keys(more);
    expect(() => chat.build(parse({ model: 'm', prompt: 'a', ...more }), 'm')).toThrowError(
      expect.objectContaining({ kind: 'unsupported_parameter', param }),
    );
  });
});
