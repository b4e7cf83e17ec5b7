import { describe, expect, it } from 'vitest';
import { anthropicComplete } from '../../lib/dialects/anthropic-complete/client.ts';
import { anthropicMessages } from '../../lib/dialects/anthropic-messages/client.ts';
import { bedrockConverse } from '../../lib/dialects/bedrock-converse/client.ts';
import type { ClientDialect } from '../../lib/dialects/dialect.ts';
import { openaiChat } from '../../lib/dialects/openai-chat/client.ts';
import { openaiResponses } from '../../lib/dialects/openai-responses/client.ts';
import { upstreamFailure } from '../../lib/dialects/upstream-failure.ts';
import type { JsonObject } from '../../lib/stream/json.ts';

/** What providers say of a full context, with the tokens that the prompt has and those that the model takes. */
const messages: readonly [who: string, message: string, counts?: readonly [used: number, limit: number]][] = [
  ['Anthropic', 'prompt is too long: 215000 tokens > 200000 maximum', [215_000, 200_000]],
  ['Anthropic', 'input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000'],
  [
    'OpenAI',
    "This model's maximum context length is 128000 tokens. However, you requested 131072 tokens (111072 in the messages, 20000 in the completion).",
    [131_072, 128_000],
  ],
  ['OpenAI', 'Your input exceeds the context window of this model. Please adjust your input and try again.'],
  ['Gemini', 'The input token count (1196265) exceeds the maximum number of tokens allowed (1048576).', [1_196_265, 1_048_576]],
  ['xAI', "This model's maximum prompt length is 131072 but the request contains 537812 tokens.", [537_812, 131_072]],
  ['Bedrock', 'Input is too long for requested model.'],
];

const messageOf = (dialect: ClientDialect, text: string): string => {
  const { body } = dialect.error(upstreamFailure({ status: 400, message: text }), 'req_1');
  const { error, message } = body as JsonObject & { error?: { message: string }; message: string };
  return error?.message ?? message;
};

describe.each(messages)('a full context of %s: %s', (_who, message, counts) => {
  it.each([anthropicMessages, anthropicComplete])(
    'reaches clients of $name with the message that Claude Code compacts at',
    (dialect) => {
      const clientMessage = messageOf(dialect, message);
      expect(clientMessage).toMatch(/prompt is too long|exceed context limit/i);
      expect(clientMessage).toContain(message);
      if (counts) expect(clientMessage).toContain(`prompt is too long: ${counts[0]} tokens > ${counts[1]} maximum`);
    },
  );

  it.each([openaiChat, openaiResponses])('reaches clients of $name with OpenAI’s code and message', (dialect) => {
    const failure = upstreamFailure({ status: 400, message });
    expect(dialect.error(failure, 'req_1').body).toMatchObject({
      error: { code: 'context_length_exceeded', type: 'invalid_request_error' },
    });
    expect(messageOf(dialect, message)).toMatch(/maximum context length|context window/);
  });

  it('reaches AWS clients with Bedrock’s message', () => {
    const { status, headers } = bedrockConverse.error(upstreamFailure({ status: 400, message }), 'req_1');
    expect({ status, type: headers?.['x-amzn-errortype'] }).toEqual({ status: 400, type: 'ValidationException' });
    expect(messageOf(bedrockConverse, message)).toMatch(/Input is too long/i);
  });
});

describe('the error body of an OpenAI-compatible server', () => {
  it('gets the code that clients check', () => {
    const error = { message: "This model's maximum context length is 4096 tokens.", type: 'BadRequestError', code: 400 };
    const failure = upstreamFailure({ status: 400, message: error.message, body: { error } });
    expect(openaiChat.error(failure, 'req_1').body).toEqual({ error: { ...error, code: 'context_length_exceeded' } });
  });
});
